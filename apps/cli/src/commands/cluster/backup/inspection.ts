import { AccessDeniedException, ResourceNotFoundException, StrongroomClient, StrongroomError } from '@strongroom/client';
import type { LocalCluster } from '@strongroom/local-cluster';
import { randomInteger, systemRandom } from '@strongroom/random';
import { inParallel } from '../../../concurrency';
import { describeFinding, verifyTrail } from '../../trail/trail-verification';

/** What a look at a restored cluster found. */
export interface Inspection {
  /** Secrets of the cluster's own account. */
  secrets: number;
  /** Of a random sample: values that were really decrypted. */
  read: number;
  /** Without a value, or not readable by the administrator: policies, keys that are disabled. */
  skipped: number;
  failed: { name: string; error: string }[];
  trail: { valid: boolean; events: number; findings: string[] };
}

/** Reads at a time. */
const CONCURRENCY = 8;
const CALL_TIMEOUT = 20_000;

/** Reads a sample of the secrets as the first administrator, and verifies the trail. */
export const inspect = async (
  cluster: Pick<LocalCluster, 'endpoint' | 'adminCertificate'>,
  { sample, signal }: { sample: number; signal: AbortSignal },
): Promise<Inspection> => {
  const strongroom = new StrongroomClient({
    addresses: {
      secrets: cluster.endpoint('secrets-api'),
      audit: cluster.endpoint('audit-service'),
    },
    tls: cluster.adminCertificate,
    timeoutMs: CALL_TIMEOUT,
    name: 'cli',
  });
  try {
    const { names, count } = await sampleOf(strongroom, sample, signal);
    const outcomes = await inParallel(names, CONCURRENCY, async (name) => ({
      name,
      ...(await readOne(strongroom, name, signal)),
    }));
    const { result, findings } = await verifyTrail(strongroom.audit, { signal });
    return {
      secrets: count,
      read: outcomes.filter(({ how }) => how === 'read').length,
      skipped: outcomes.filter(({ how }) => how === 'skipped').length,
      failed: outcomes.flatMap(({ name, how, error }) => (how === 'failed' ? [{ name, error: error! }] : [])),
      trail: { valid: result.valid, events: Number(result.eventsVerified), findings: findings.map(describeFinding) },
    };
  } finally {
    strongroom.close();
  }
};

/** Every secret has the same chance, and no more names than these are kept. */
const sampleOf = async (strongroom: StrongroomClient, size: number, signal: AbortSignal) => {
  const names: string[] = [];
  let count = 0;
  for await (const { arn } of strongroom.secrets.listSecrets({ maxResults: 100 }, { signal })) {
    count++;
    if (names.length < size) names.push(arn);
    else {
      const at = randomInteger(systemRandom, count);
      if (at < size) names[at] = arn;
    }
  }
  return { names, count };
};

const readOne = async (
  strongroom: StrongroomClient,
  secretId: string,
  signal: AbortSignal,
): Promise<{ how: 'read' | 'skipped' | 'failed'; error?: string }> => {
  try {
    const { secretString, secretBinary } = await strongroom.secrets.getSecretValue({ secretId }, { signal });
    return (secretString ?? secretBinary ?? '').length > 0 ? { how: 'read' } : { how: 'failed', error: 'the value is empty' };
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error;
    const isSkipped =
      error instanceof AccessDeniedException ||
      error instanceof ResourceNotFoundException ||
      error.kind === 'failed-precondition';
    return isSkipped ? { how: 'skipped' } : { how: 'failed', error: `${error.reason}: ${error.message}` };
  }
};
