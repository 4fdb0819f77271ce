import type { SecretValue } from '@strongroom/envelope';
import type { RotatingVersion, RotationStage } from '@strongroom/rotation-functions';
import type { RequestKey } from './rotation-request.port';

/** The values of secrets whose rotation is open. */
export interface RotationValues {
  /** Of the stages those that a version with a value has. */
  read(
    key: RequestKey,
    stages: readonly RotationStage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RotationStage, RotatingVersion>>;
  readMaster(key: RequestKey, secretId: string, signal: AbortSignal): Promise<RotatingVersion>;
  /** Resolves with false when the pending version had a value already, which is kept. */
  putPending(key: RequestKey, value: SecretValue, signal: AbortSignal): Promise<boolean>;
}
