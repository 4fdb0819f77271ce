import { readFile } from 'node:fs/promises';
import type { Credentials } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { type ClientOptions, StrongroomClient, type TokenCalls } from '@strongroom/client';
import type { Environment } from '@strongroom/config';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';
import type { HeldSession } from './credential-store';
import { refreshedIdToken } from './oidc';
import { unreadable } from './private-file';
import type { SignIn, SignInBy } from './profile';
import type { Renew } from './stored-session';

/** The longest life of a session of an access key; seconds. */
const SESSION_SECONDS = 43_200;

export interface SignInContext {
  profile: string;
  env: Environment;
  /** How to reach the cluster, without a credential. */
  anonymous: ClientOptions;
}

/** How the profile gets a session token; undefined where its calls carry none. */
export const renewalOf = (signIn: SignIn, context: SignInContext): Renew | undefined => {
  switch (signIn.method) {
    case 'certificate':
      return undefined;
    case 'access-key':
      return async ({ secretAccessKey }) => ({ session: await exchangeKey(signIn, secretAccessKey, context) });
    case 'web-identity':
      return async () => ({ session: await assumeRole(signIn, await tokenOf(signIn, context.env), context) });
    case 'oidc':
      return async ({ refreshToken }) => {
        if (refreshToken === undefined) throw over(context.profile, 'The session is over.');
        const { idToken, refreshToken: next = refreshToken } = await refreshedIdToken(signIn, refreshToken).catch(
          (error: unknown) => {
            throw over(context.profile, 'The issuer does not renew the session.', error);
          },
        );
        return { refreshToken: next, session: await assumeRole(signIn, idToken, context) };
      };
    case 'token':
      return async () => {
        throw over(context.profile, 'The session token has expired or was revoked.');
      };
  }
};

const exchangeKey = async (
  { accessKeyId }: SignInBy<'access-key'>,
  secretAccessKey: string | undefined,
  context: SignInContext,
): Promise<HeldSession> => {
  if (secretAccessKey === undefined) throw over(context.profile, 'The secret access key is not in the store.');
  const accessKey = { accessKeyId, secretAccessKey };
  return anonymously(context, (tokens) => tokens.getSessionToken({ accessKey, durationSeconds: SESSION_SECONDS }));
};

/** The role's session, by a token of an OpenID Connect issuer. */
export const assumeRole = (
  { roleArn, sessionName: roleSessionName }: Pick<SignInBy<'oidc' | 'web-identity'>, 'roleArn' | 'sessionName'>,
  webIdentityToken: string,
  context: SignInContext,
): Promise<HeldSession> =>
  anonymously(context, (tokens) => tokens.assumeRoleWithWebIdentity({ roleArn, roleSessionName, webIdentityToken }));

const anonymously = async (
  { anonymous }: SignInContext,
  call: (tokens: TokenCalls) => Promise<{ credentials: Credentials | undefined }>,
): Promise<HeldSession> => {
  const client = new StrongroomClient(anonymous);
  try {
    const { sessionToken: token, accessKeyId, expiration } = (await call(client.tokens)).credentials!;
    return { token, accessKeyId, expiresAt: expiration?.toISOString() };
  } finally {
    client.close();
  }
};

/** What the other system keeps there now: it writes a new one before the old one expires. */
const tokenOf = async ({ tokenFile, tokenVariable }: SignInBy<'web-identity'>, env: Environment): Promise<string> => {
  if (tokenVariable !== undefined) {
    const token = env[tokenVariable];
    if (token) return token.trim();
    throw new CliError(`${tokenVariable}: must be set, to the token of an OpenID Connect issuer`, { exitCode: EXIT.usage });
  }
  const text = await readFile(tokenFile!, 'utf8').catch((error: unknown) => {
    throw unreadable(tokenFile!, error);
  });
  return text.trim();
};

const over = (profile: string, what: string, cause?: unknown): CliError =>
  new CliError(what, { exitCode: EXIT.refused, hint: `Sign in again with \`strongroom login --profile ${profile}\`.`, cause });
