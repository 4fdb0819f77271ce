import type { SecretValue } from '@strongroom/envelope';

export type RotationStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

export interface RotatingVersion {
  versionId: string;
  value: SecretValue;
}

/**
 * The secret that a built-in function rotates, while its rotation is under way. Values are for the moment: nobody keeps, logs or
 * queues one.
 */
export interface RotatingSecret {
  readonly arn: string;
  /** Undefined when there is no such version or it has no value yet. */
  read(stage: RotationStage): Promise<RotatingVersion | undefined>;
  /** A superuser's secret (masterarn). Rejects with AccessDeniedException unless its resource policy allows it to the worker. */
  readMaster(secretId: string): Promise<RotatingVersion>;
  /** Resolves with false when the pending version had a value already, which is kept. */
  putPending(value: SecretValue): Promise<boolean>;
}
