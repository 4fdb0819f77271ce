import { readFile } from 'node:fs/promises';
import { type ClientOptions, optionsFromEnvironment } from '@strongroom/client';
import { ConfigError, type Environment } from '@strongroom/config';
import { CliError, usageError } from '../cli-error';
import { EXIT } from '../exit-code';
import { ConfigFile } from './config-file';
import { openStore } from './credential-store';
import { readPrivateFile, unreadable } from './private-file';
import type { Profile } from './profile';
import { renewalOf } from './sign-in';
import { StoredSession } from './stored-session';

/** Options of the command line that say who calls which cluster. */
export interface SessionFlags {
  profile?: string;
  /** Milliseconds a call. */
  timeout?: number;
}

/** Where it is said whom to call, and as whom. */
export type SessionSource = { kind: 'profile'; name: string; profile: Profile } | { kind: 'environment' };

const HINT = 'Sign in with `strongroom login`, or set the variables of a cluster, as `source .strongroom/env` does.';

/** The variables of which one is enough to say that the environment describes the cluster. */
const CLUSTER_VARIABLE = /^STRONGROOM_(\w+_ADDRESS|TLS_(CA|CERT|KEY)_FILE|TOKEN)$/;

/**
 * In this order: --profile, STRONGROOM_PROFILE, the variables of a cluster, the default profile.
 *
 * @throws CliError if none of them says it
 */
export const sessionSource = async ({ profile }: SessionFlags, env: Environment): Promise<SessionSource> => {
  const config = ConfigFile.of(env);
  const named = profile ?? (env['STRONGROOM_PROFILE'] || undefined);
  if (named !== undefined) return { kind: 'profile', name: named, profile: await config.profile(named) };
  if (Object.entries(env).some(([name, value]) => value && CLUSTER_VARIABLE.test(name))) return { kind: 'environment' };
  const { default: name } = await config.read();
  if (name === undefined) throw usageError('Nothing says which cluster to call.', HINT);
  return { kind: 'profile', name, profile: await config.profile(name) };
};

/** What the client needs to call the cluster as its caller. */
export const sessionOptions = async (flags: SessionFlags, env: Environment): Promise<ClientOptions> => {
  const source = await sessionSource(flags, env);
  return source.kind === 'environment' ? optionsOfEnvironment(flags, env) : optionsOfProfile(source, flags, env);
};

const optionsOfEnvironment = async (flags: SessionFlags, env: Environment): Promise<ClientOptions> => {
  try {
    const options = optionsFromEnvironment(env);
    if (!Object.values(options.addresses).some(Boolean)) {
      throw new ConfigError(['STRONGROOM_SECRETS_API_ADDRESS: must be set']);
    }
    return { ...options, name: 'cli', timeoutMs: flags.timeout };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw usageError(error.message, HINT);
  }
};

const optionsOfProfile = async (
  { name, profile }: Extract<SessionSource, { kind: 'profile' }>,
  flags: SessionFlags,
  env: Environment,
): Promise<ClientOptions> => {
  const { signIn, signedOut, store } = profile;
  if (signIn === undefined || signedOut) {
    throw new CliError(`The profile ${name} is signed out.`, {
      exitCode: EXIT.refused,
      hint: `Sign in with \`strongroom login --profile ${name}\`.`,
    });
  }
  const anonymous = await anonymousOptions(profile, flags);
  if (signIn.method === 'certificate') return withCertificate(anonymous, signIn);
  const renew = renewalOf(signIn, { profile: name, env, anonymous })!;
  const session = new StoredSession(name, await openStore(store, ConfigFile.of(env).directory), renew);
  return { ...anonymous, token: session.provide };
};

/** How to reach the cluster of a profile, without a credential. */
export const anonymousOptions = async ({ addresses, ca, caFile }: Profile, flags: SessionFlags): Promise<ClientOptions> => ({
  addresses,
  tls: { ca: ca ?? (await readText(caFile!)) },
  name: 'cli',
  timeoutMs: flags.timeout,
});

/** @throws CliError if others may read the key */
export const withCertificate = async (
  options: ClientOptions,
  { certFile, keyFile }: { certFile: string; keyFile: string },
): Promise<ClientOptions> => {
  const key = await readPrivateFile(keyFile);
  if (key === undefined) throw unreadable(keyFile, { code: 'ENOENT' });
  return { ...options, tls: { ...options.tls, certificate: await readText(certFile), key } as ClientOptions['tls'] };
};

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
