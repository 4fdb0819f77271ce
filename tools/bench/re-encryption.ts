import { pollUntil } from '@strongroom/clock';
import * as keyMessages from '@strongroom/contracts/strongroom/keys/v1/keys';
import {
  DataKeyReEncryptionState as State,
  DescribeDataKeyReEncryptionRequest,
  DescribeKeyDependentsRequest,
  KeyDependentsServiceClient,
  StartDataKeyReEncryptionRequest,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { callUnary, connect } from '@strongroom/grpc-kit';
import { cpuBetween, type LocalCluster, type Processes, usageOfAll } from '@strongroom/local-cluster';
import { seedSecrets } from './seeding';

/** The data keys of a customer key, brought under its newest material as fast as it goes. */
export interface ReEncryptionMeasurement {
  dataKeys: number;
  seconds: number;
  /** CPU microseconds for each data key, by process. */
  cpu: Record<string, number>;
  /** The time of DescribeKeyDependents, which counts them, milliseconds. */
  countMs: number;
}

interface ReEncryptionOptions {
  cluster: LocalCluster;
  processes: Processes;
  count: number;
  report: (line: string) => void;
}

const ALIAS = 'alias/re-encrypted';
const RATE = 10_000;
const PATIENCE_MS = 900_000;
const POLL_MS = 200;
const OPTIONS = { timeoutMs: 30_000 };

/** Seeds secrets under a key of their own, rotates the key, and re-encrypts their data keys. */
export async function measureReEncryption(options: ReEncryptionOptions): Promise<ReEncryptionMeasurement> {
  const { cluster, processes, count, report } = options;
  const { adminCertificate: tls } = cluster;
  const keys = connect(keyMessages.KeyServiceClient, { address: cluster.endpoint('crypto-keyservice'), tls, service: 'bench' });
  const dependents = connect(KeyDependentsServiceClient, { address: cluster.endpoint('secrets-api'), tls, service: 'bench' });
  try {
    const { keyMetadata } = await callUnary(keys.createKey.bind(keys), keyMessages.CreateKeyRequest.fromPartial({}), OPTIONS);
    const { keyId } = keyMetadata!;
    const alias = keyMessages.CreateAliasRequest.fromPartial({ aliasName: ALIAS, targetKeyId: keyId });
    await callUnary(keys.createAlias.bind(keys), alias, OPTIONS);
    await seedSecrets(cluster, { count, prefix: 're-encrypted', alias: ALIAS, report: (line) => report(`seeding: ${line}`) });
    await callUnary(keys.rotateKeyOnDemand.bind(keys), keyMessages.RotateKeyOnDemandRequest.fromPartial({ keyId }), OPTIONS);

    const counting = performance.now();
    const lost = DescribeKeyDependentsRequest.fromPartial({ keyId });
    const { versionCount } = await callUnary(dependents.describeKeyDependents.bind(dependents), lost, OPTIONS);
    const countMs = performance.now() - counting;
    if (versionCount !== BigInt(count)) throw new Error(`${versionCount} versions instead of ${count}`);

    const before = usageOfAll(processes);
    const begun = performance.now();
    const start = StartDataKeyReEncryptionRequest.fromPartial({ keyId, rate: RATE });
    await callUnary(dependents.startDataKeyReEncryption.bind(dependents), start, OPTIONS);
    const hasEnded = async () => {
      const request = DescribeDataKeyReEncryptionRequest.fromPartial({ keyId });
      const { reEncryption } = await callUnary(dependents.describeDataKeyReEncryption.bind(dependents), request, OPTIONS);
      const { state, reEncryptedCount, remainingCount, reason } = reEncryption!;
      report(`re-encrypting: ${reEncryptedCount} of ${count}`);
      if (state === State.RUNNING) return false;
      if (remainingCount > 0n) throw new Error(`${remainingCount} data keys are left: ${reason}`);
      return true;
    };
    if (!(await pollUntil(hasEnded, PATIENCE_MS, POLL_MS))) throw new Error('the re-encryption did not end in time');
    const seconds = (performance.now() - begun) / 1_000;
    const cpu = [...cpuBetween(before, usageOfAll(processes))].map(([name, micros]) => [name, micros / count] as const);
    return { dataKeys: count, seconds, cpu: Object.fromEntries(cpu), countMs };
  } finally {
    keys.close();
    dependents.close();
  }
}
