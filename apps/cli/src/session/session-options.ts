import { type ClientOptions, optionsFromEnvironment } from '@strongroom/client';
import { ConfigError, type Environment } from '@strongroom/config';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';

/** Options of the command line that say who calls which cluster. */
export interface SessionFlags {
  profile?: string;
  /** Milliseconds a call. */
  timeout?: number;
}

/** Whom to call, and as whom: the profile, else the variables that `source .strongroom/env` sets. */
export const sessionOptions = async (flags: SessionFlags, env: Environment): Promise<ClientOptions> => {
  try {
    return { ...optionsFromEnvironment(env), name: 'cli', timeoutMs: flags.timeout };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, {
      exitCode: EXIT.usage,
      hint: 'Sign in with `strongroom login`, or set the variables of a cluster, as `source .strongroom/env` does.',
    });
  }
};
