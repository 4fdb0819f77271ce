import type { SecretValue } from '@strongroom/envelope';

export type RotationStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

export interface RotatingVersion {
  versionId: string;
  value: SecretValue;
}

/** The secret that a built-in function rotates, during its rotation. Nobody keeps, logs or queues its values. */
export interface RotatingSecret {
  readonly arn: string;
  /** Undefined if there is no such version, or it has no value yet. */
  read(stage: RotationStage): Promise<RotatingVersion | undefined>;
  /** A superuser's secret (masterarn). Rejects with AccessDeniedException unless its resource policy allows it to the worker. */
  readMaster(secretId: string): Promise<RotatingVersion>;
  /** Resolves with false if the pending version already had a value, which stays. */
  putPending(value: SecretValue): Promise<boolean>;
}
