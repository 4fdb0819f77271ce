import type { SecretValue } from '@strongroom/envelope';
import type { RotatingVersion, RotationStage } from '@strongroom/rotation-functions';
import type { RequestKey } from './rotation-request.port';

/** The values of secrets whose rotation is open. */
export interface RotationValues {
  /** The values of those stages that are on a version with a value. */
  read(
    key: RequestKey,
    stages: readonly RotationStage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RotationStage, RotatingVersion>>;
  readMaster(key: RequestKey, secretId: string, signal: AbortSignal): Promise<RotatingVersion>;
  /** Resolves with false if the pending version already had a value, which stays. */
  putPending(key: RequestKey, value: SecretValue, signal: AbortSignal): Promise<boolean>;
}
