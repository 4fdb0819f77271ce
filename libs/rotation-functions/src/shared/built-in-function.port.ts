import type { RandomSource } from '@strongroom/random';
import type { RotatingSecret } from './rotating-secret.port';

export interface BuiltInCall {
  secret: RotatingSecret;
  random: RandomSource;
  /** Aborts at the end of the step's time, or if the worker must stop. Connections to the target then end. */
  signal: AbortSignal;
}

/**
 * A built-in rotation function. finishSecret is the same for all, so it is not here. Errors: see RotationFunction. A message
 * names field and rule, never a value.
 */
export interface BuiltInFunction {
  /** Such as `strongroom-mysql-single-user`. */
  readonly name: string;
  /** One sentence for ListRotationFunctions. */
  readonly description: string;
  /** Whether createSecret, too, puts load on the server. */
  readonly createsOnServer?: boolean;
  /** Puts the new value into the pending version unless it is there. */
  createSecret(call: BuiltInCall): Promise<void>;
  /** Makes the server accept the pending value, and the current one still where that is possible. */
  setSecret(call: BuiltInCall): Promise<void>;
  /** Logs in with the pending value. */
  testSecret(call: BuiltInCall): Promise<void>;
  /** Logs in with the current value. */
  testCurrent(call: BuiltInCall): Promise<void>;
  /**
   * Work on the server after AWSCURRENT has moved, such as removing an old public key. It is not repeated for ever, so what it
   * leaves behind must do no harm.
   */
  afterFinish?(call: BuiltInCall): Promise<void>;
  /** The server that the steps put load on, such as `mysql://db.example:3306`. */
  targetOf?(call: BuiltInCall): Promise<string | undefined>;
}
