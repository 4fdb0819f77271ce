import type { RandomSource } from '@strongroom/random';
import type { RotatingSecret } from './rotating-secret.port';

export interface BuiltInCall {
  secret: RotatingSecret;
  random: RandomSource;
  /** Aborts when the step's time is up or the worker has to stop; connections to the target are then given up. */
  signal: AbortSignal;
}

/**
 * A rotation function that comes with Strongroom. finishSecret is the same for all and not theirs. Errors: see RotationFunction;
 * a message names field and rule and never holds a value.
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
   * What is to be done on the server once AWSCURRENT has moved, such as removing an old public key. Not repeated for ever: what
   * it leaves behind does no harm.
   */
  afterFinish?(call: BuiltInCall): Promise<void>;
  /** The server that the steps put load on, such as `mysql://db.example:3306`. */
  targetOf?(call: BuiltInCall): Promise<string | undefined>;
}
