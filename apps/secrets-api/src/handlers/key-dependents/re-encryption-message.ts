import { type DataKeyReEncryption, DataKeyReEncryptionState } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { resourceNotFound } from '@strongroom/errors';
import { type ReEncryption, targetOf } from '../../domain/re-encryption/re-encryption';
import type { Call } from '../secret-access';
import type { Dependencies } from './dependencies';

const STATES = {
  running: DataKeyReEncryptionState.RUNNING,
  completed: DataKeyReEncryptionState.COMPLETED,
  stopped: DataKeyReEncryptionState.STOPPED,
  failed: DataKeyReEncryptionState.FAILED,
} as const satisfies Record<ReEncryption['state'], DataKeyReEncryptionState>;

/** With what is left at this moment. @throws DomainError ResourceNotFoundException if there is none */
export async function toMessage(
  d: Dependencies,
  call: Call,
  run: ReEncryption | undefined,
): Promise<{ reEncryption: DataKeyReEncryption }> {
  if (!run) throw resourceNotFound('The data keys under this key have never been re-encrypted.');
  const remaining = await d.reEncryptions.countOutdated(targetOf(run), call.deadline);
  return {
    reEncryption: {
      keyArn: run.keyArn,
      state: STATES[run.state],
      reason: run.reason ?? '',
      materialVersion: run.materialVersion,
      rate: run.rate,
      reEncryptedCount: BigInt(run.reEncrypted),
      remainingCount: BigInt(remaining),
      failures: [...run.failures].map(([reason, count]) => ({ reason, count: BigInt(count) })),
      startedBy: run.startedBy,
      startDate: run.startedAt,
      endDate: run.endedAt,
    },
  };
}
