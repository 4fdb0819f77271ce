import { auditOf } from '@strongroom/audit-trail';
import type {
  StartDataKeyReEncryptionRequest,
  StartDataKeyReEncryptionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { randomUuid } from '@strongroom/random';
import type { CustomerKeyFacts } from '../../domain/customer-keys.port';
import type { ReEncryption } from '../../domain/re-encryption/re-encryption';
import type { Call } from '../secret-access';
import { askerOf, authorizedKey } from './authorized-key';
import type { Dependencies } from './dependencies';
import { toMessage } from './re-encryption-message';

/** Data keys in a second. */
const RATE = { min: 1, max: 10_000, byDefault: 250 };

export const startDataKeyReEncryption = (d: Dependencies) =>
  unary<StartDataKeyReEncryptionRequest, StartDataKeyReEncryptionResponse, Call['caller']>(async (request, call) => {
    const { rate } = request;
    if (rate !== undefined && (rate < RATE.min || rate > RATE.max)) {
      throw invalidParameter(`Rate must be from ${RATE.min} to ${RATE.max}.`);
    }
    const key = await authorizedKey(d, call, request.keyId);
    auditOf(call).parameter('rate', rate);
    await d.keys.requireReEncryption(key.arn, askerOf(call));
    const run = await d.reEncryptions.start(
      freshRun(d, call, key, rate ?? RATE.byDefault),
      (running) => ({ rate: rate ?? running.rate, materialVersion: Math.max(running.materialVersion, key.materialVersion) }),
      { deadline: call.deadline, beforeCommit: () => auditOf(call).commit() },
    );
    await d.queue.wake(run);
    return toMessage(d, call, run);
  });

const freshRun = (d: Dependencies, { caller }: Call, key: CustomerKeyFacts, rate: number): ReEncryption => ({
  keyId: key.keyId,
  keyArn: key.arn,
  accountId: key.accountId,
  runId: randomUuid(d.random),
  state: 'running',
  materialVersion: key.materialVersion,
  rate,
  startedBy: caller.arn,
  startedAt: d.clock.now(),
  reEncrypted: 0,
  failures: new Map(),
  reached: Buffer.alloc(0),
  pass: 1,
});
