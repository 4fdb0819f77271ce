/** The steps of a rotation, in their order; the names are AWS's. */
export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof rotationSteps)[number];

export interface StepCall {
  secretArn: string;
  /** ClientRequestToken: the id of the pending version. */
  token: string;
  rotationToken: string;
  /** Aborts when the step's time is up or the worker has to stop. */
  signal: AbortSignal;
}

/**
 * Carries out the steps of a rotation: a built-in, a gRPC service, or an endpoint that speaks Lambda's Invoke. Every step is
 * idempotent and is called again after a crash at any line.
 *
 * A step fails with a DomainError. Of the kinds `invalid-argument`, `failed-precondition`, `not-found` and `permission-denied` it
 * fails for good, since only a person can change the cause; of any other kind it is tried again.
 */
export interface RotationFunction {
  /** How long one step may take, milliseconds. */
  readonly timeoutMs: number;
  /** Somebody else's code, which may take its whole time each time. */
  readonly isCustom?: boolean;
  invoke(step: RotationStep, call: StepCall): Promise<void>;
  /** Resolves when AWSCURRENT logs in. Absent where nobody but the function could know. */
  testCurrent?(call: StepCall): Promise<void>;
  /**
   * Which server a step puts load on, such as `mysql://db.example:3306`: steps on one server are limited in number. Absent: not
   * limited.
   */
  targetOf?(step: RotationStep, call: StepCall): Promise<string | undefined>;
}

/** Finds what carries rotations out. */
export interface RotationFunctions {
  /** Rejects with ResourceNotFoundException when there is no function with this ARN. */
  find(functionArn: string): Promise<RotationFunction>;
}
