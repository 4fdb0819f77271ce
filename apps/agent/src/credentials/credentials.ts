import { readFile } from 'node:fs/promises';
import { type ClientOptions, optionsFromEnvironment, StrongroomClient, type Token } from '@strongroom/client';
import { ConfigError, type Environment, readEnvironment, path } from '@strongroom/config';
import { z } from 'zod';

/** A session token that another process renews is read again after this time; milliseconds. */
const TOKEN_FILE_MS = 60_000;
const MAX_TOKEN_BYTES = 20_000;

const shape = {
  STRONGROOM_SESSION_TOKEN_FILE: path.optional(),
  AWS_WEB_IDENTITY_TOKEN_FILE: path.optional(),
  AWS_ROLE_ARN: z.string().optional(),
  AWS_ROLE_SESSION_NAME: z.string().default('strongroom-agent'),
};

/**
 * Whom the agent calls, and as whom: with the token in STRONGROOM_TOKEN or STRONGROOM_SESSION_TOKEN_FILE; as AWS_ROLE_ARN, by the
 * token of an OpenID Connect provider in AWS_WEB_IDENTITY_TOKEN_FILE; or with a client certificate.
 *
 * @throws ConfigError that names the variable
 */
export function clientOptions(env: Environment): ClientOptions {
  const options: ClientOptions = { ...optionsFromEnvironment(env), name: 'agent' };
  const read = readEnvironment(env, shape);
  if (options.addresses.secrets === undefined) throw new ConfigError(['STRONGROOM_SECRETS_API_ADDRESS: must be set']);
  if (options.token !== undefined) return options;
  const { STRONGROOM_SESSION_TOKEN_FILE: sessionFile, AWS_WEB_IDENTITY_TOKEN_FILE: identityFile, AWS_ROLE_ARN: roleArn } = read;
  if (sessionFile !== undefined) return { ...options, token: () => sessionTokenIn(sessionFile) };
  if (identityFile !== undefined) {
    if (roleArn === undefined) throw new ConfigError(['AWS_ROLE_ARN: must be set beside AWS_WEB_IDENTITY_TOKEN_FILE']);
    if (options.addresses.identity === undefined) throw new ConfigError(['STRONGROOM_IDENTITY_ADDRESS: must be set']);
    const role = { roleArn, roleSessionName: read.AWS_ROLE_SESSION_NAME };
    return { ...options, token: () => assumeRole(options, role, identityFile) };
  }
  if (env.STRONGROOM_TLS_CERT_FILE && env.STRONGROOM_TLS_KEY_FILE) return options;
  throw new ConfigError([
    'STRONGROOM_TLS_CERT_FILE, STRONGROOM_TLS_KEY_FILE: must be set, or STRONGROOM_SESSION_TOKEN_FILE, ' +
      'or AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: the agent must say who it is',
  ]);
}

async function sessionTokenIn(file: string): Promise<Token> {
  return { token: await tokenIn(file), expiresAt: new Date(Date.now() + 2 * TOKEN_FILE_MS) };
}

async function assumeRole(
  { addresses, tls }: ClientOptions,
  role: { roleArn: string; roleSessionName: string },
  file: string,
): Promise<Token> {
  const { identity } = addresses;
  // Only the token says who calls.
  const client = new StrongroomClient({
    addresses: { identity },
    tls: { caFile: (tls as { caFile: string }).caFile },
    name: 'agent',
  });
  try {
    const request = { ...role, webIdentityToken: await tokenIn(file) };
    const { credentials } = await client.tokens.assumeRoleWithWebIdentity(request);
    return { token: credentials!.sessionToken, expiresAt: credentials!.expiration };
  } finally {
    client.close();
  }
}

async function tokenIn(file: string): Promise<string> {
  const token = (await readFile(file, 'latin1')).trim();
  if (token === '' || token.length > MAX_TOKEN_BYTES) throw new Error(`the file ${file} holds no token`);
  return token;
}
