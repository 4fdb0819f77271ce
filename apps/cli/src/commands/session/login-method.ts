import { resolve } from 'node:path';
import { ConfigError, type Environment, readSecretFile } from '@strongroom/config';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import type { Credential, HeldSession } from '../../session/credential-store';
import { signInByBrowser, signInByDevice } from '../../session/oidc';
import type { SignIn, SignInBy } from '../../session/profile';
import { assumeRole, type SignInContext } from '../../session/sign-in';
import { readValue, withoutLineEnd } from '../../terminal/read-input';
import { guideOf } from './browser';

/** The options of `login` that say as whom. */
export interface MethodOptions {
  accessKeyId?: string;
  secretFile?: string;
  certificate?: string;
  key?: string;
  roleArn?: string;
  webIdentityTokenFile?: string;
  webIdentityTokenEnv?: string;
  issuer?: string;
  clientId?: string;
  scopes?: string;
  device?: boolean;
  sessionName?: string;
  withToken?: boolean;
}

export interface Method {
  signIn: SignIn;
  /** What is secret about it, as far as it is known before the cluster is asked. */
  credential: Credential;
  /** Begins the first session, where that is done in another way than those that follow. */
  begin?: (context: SignInContext) => Promise<HeldSession>;
}

/** More than any token has; bytes. */
const MAX_TOKEN_BYTES = 20_000;
const SESSION_NAME = 'strongroom-cli';

/**
 * How to sign in: as the options say, else as the environment offers, else as the profile did before.
 *
 * @throws CliError that names the option and the rule
 */
export const methodOf = async (
  cli: Cli,
  options: MethodOptions,
  offered: Environment | undefined,
  before: SignIn | undefined,
): Promise<Method> => {
  checkOne(options);
  if (options.accessKeyId !== undefined) return byAccessKey(cli, options.accessKeyId, options.secretFile);
  if (options.certificate !== undefined) return byCertificate(options.certificate, required(options.key, '--key'));
  if (options.withToken) return byToken(cli);
  if (options.roleArn !== undefined) return byRole(cli, options as MethodOptions & { roleArn: string });
  if (offered !== undefined) return fromEnvironment(offered);
  if (before !== undefined) return again(cli, options, before);
  throw usageError(
    'Nothing says as whom to sign in.',
    'Give --access-key-id, --certificate and --key, --role-arn, or --with-token; see `strongroom login --help`.',
  );
};

const checkOne = (options: MethodOptions): void => {
  const { accessKeyId, certificate, roleArn, withToken, secretFile, key } = options;
  const methods = {
    '--access-key-id': accessKeyId,
    '--certificate': certificate,
    '--role-arn': roleArn,
    '--with-token': withToken,
  };
  const given = Object.entries(methods).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 1) throw usageError(`${given.join(' and ')}: give one of them.`);
  const { webIdentityTokenFile, webIdentityTokenEnv, issuer, clientId, scopes, device, sessionName } = options;
  const ofRoles = [webIdentityTokenFile, webIdentityTokenEnv, issuer, clientId, scopes, sessionName];
  if (roleArn === undefined && ofRoles.some((option) => option !== undefined))
    throw usageError('--role-arn: must say which role.');
  if (device && roleArn !== undefined && issuer === undefined) throw usageError('--device: goes with --issuer.');
  if (secretFile !== undefined && accessKeyId === undefined) throw usageError('--secret-file: goes with --access-key-id.');
  if (key !== undefined && certificate === undefined) throw usageError('--key: goes with --certificate.');
};

const byAccessKey = async (cli: Cli, accessKeyId: string, secretFile?: string): Promise<Method> => {
  const prompt = `Secret access key of ${accessKeyId}:`;
  const secretAccessKey = secretFile === undefined ? await readToken(cli, prompt) : readFileOf('--secret-file', secretFile);
  return { signIn: { method: 'access-key', accessKeyId }, credential: { secretAccessKey } };
};

const byCertificate = (certificate: string, key: string): Method => ({
  signIn: { method: 'certificate', certFile: resolve(certificate), keyFile: resolve(key) },
  credential: {},
});

const byToken = async (cli: Cli): Promise<Method> => ({
  signIn: { method: 'token' },
  credential: { session: { token: await readToken(cli, 'Session token:') } },
});

const byRole = async (cli: Cli, options: MethodOptions & { roleArn: string }): Promise<Method> => {
  const { roleArn, sessionName = SESSION_NAME, webIdentityTokenFile, webIdentityTokenEnv, issuer } = options;
  const sources = [webIdentityTokenFile, webIdentityTokenEnv, issuer].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw usageError('--role-arn: give one of --web-identity-token-file, --web-identity-token-env and --issuer with it.');
  }
  if (issuer === undefined) {
    const tokenFile = webIdentityTokenFile === undefined ? undefined : resolve(webIdentityTokenFile);
    return {
      signIn: { method: 'web-identity', roleArn, sessionName, tokenFile, tokenVariable: webIdentityTokenEnv },
      credential: {},
    };
  }
  const clientId = required(options.clientId, '--client-id');
  return byPerson(cli, { method: 'oidc', roleArn, sessionName, issuer, clientId, scopes: options.scopes }, options.device);
};

/** At the issuer, by browser or by code; the first session is begun with the token that comes of it. */
const byPerson = async (cli: Cli, signIn: SignInBy<'oidc'>, device = false): Promise<Method> => {
  const { idToken, refreshToken } = await (device ? signInByDevice : signInByBrowser)(signIn, guideOf(cli));
  return { signIn, credential: { refreshToken }, begin: (context) => assumeRole(signIn, idToken, context) };
};

/** A certificate needs nothing to be stored, an access key renews itself, a token ends. */
const fromEnvironment = (offered: Environment): Method => {
  const { STRONGROOM_TLS_CERT_FILE: certFile, STRONGROOM_TLS_KEY_FILE: keyFile } = offered;
  if (certFile && keyFile) return byCertificate(certFile, keyFile);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = offered;
  // The shell of somebody who also uses AWS has a key that is none of this cluster's business.
  const isOfCluster = offered['AWS_ENDPOINT_URL'] === `https://${offered['STRONGROOM_AWS_GATEWAY_ADDRESS']}`;
  if (accessKeyId && secretAccessKey && isOfCluster && !offered['AWS_SESSION_TOKEN']) {
    return { signIn: { method: 'access-key', accessKeyId }, credential: { secretAccessKey } };
  }
  const token = offered['STRONGROOM_TOKEN'];
  if (token) return { signIn: { method: 'token' }, credential: { session: { token } } };
  throw usageError('The environment has neither a certificate, nor an access key, nor a session token.');
};

/** As before, with what a person must give anew. */
const again = (cli: Cli, { device, secretFile }: MethodOptions, before: SignIn): Promise<Method> | Method => {
  switch (before.method) {
    case 'access-key':
      return byAccessKey(cli, before.accessKeyId, secretFile);
    case 'token':
      return byToken(cli);
    case 'oidc':
      return byPerson(cli, before, device);
    case 'certificate':
    case 'web-identity':
      return { signIn: before, credential: {} };
  }
};

const readToken = async (cli: Cli, prompt: string): Promise<string> => {
  const text = withoutLineEnd(await readValue(cli.terminal, { prompt, limit: MAX_TOKEN_BYTES })).toString();
  if (!/^[\x21-\x7e]+$/.test(text)) throw usageError(`${prompt.replace(/:$/, '')}: must be one line without spaces.`);
  return text;
};

const readFileOf = (option: string, file: string): string => {
  try {
    return readSecretFile(file, option);
  } catch (error) {
    throw error instanceof ConfigError ? usageError(error.problems[0]!) : error;
  }
};

const required = (value: string | undefined, option: string): string => {
  if (value === undefined) throw usageError(`${option}: must be given.`);
  return value;
};
