/** The steps of a rotation, in their order; the names are AWS's. */
export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof rotationSteps)[number];

export interface StepCall {
  secretArn: string;
  /** ClientRequestToken: the id of the pending version. */
  token: string;
  rotationToken: string;
  /** Aborts when the step's time is over or the worker must stop. */
  signal: AbortSignal;
}

/**
 * Carries out the steps of a rotation: a built-in function, a gRPC service, or an endpoint that speaks Lambda's Invoke. Every
 * step is idempotent and is called again after a crash at any point.
 * A step fails with a DomainError. With the kinds `invalid-argument`, `failed-precondition`, `not-found` and `permission-denied`
 * it fails for good, because only a person can change the cause; with any other kind it is tried again.
 */
export interface RotationFunction {
  /** The time for one step; milliseconds. */
  readonly timeoutMs: number;
  /** Somebody else's code, which may use its whole time every time. */
  readonly isCustom?: boolean;
  invoke(step: RotationStep, call: StepCall): Promise<void>;
  /** Resolves if AWSCURRENT logs in. Absent if only the function could know. */
  testCurrent?(call: StepCall): Promise<void>;
  /**
   * The server on which a step puts load, such as `mysql://db.example:3306`: the steps on one server are limited. Absent: not
   * limited.
   */
  targetOf?(step: RotationStep, call: StepCall): Promise<string | undefined>;
}

/** Finds the function that carries out a rotation. */
export interface RotationFunctions {
  /** Rejects with ResourceNotFoundException if no function has this ARN. */
  find(functionArn: string): Promise<RotationFunction>;
}
