import { MINUTE, SECOND, type Clock } from '@strongroom/clock';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import { isAskable } from '../domain/oidc-provider';
import {
  expiredIdentityToken,
  idpCommunicationError,
  invalidIdentityToken,
  type TokenClaims,
  type WebIdentityVerifier,
} from '../domain/web-identity';

/** The algorithms that AWS accepts. A secret that verifier and issuer share would prove nothing here. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** The time for each of the two requests to an issuer. Milliseconds. */
const TIMEOUT = 3 * SECOND;
/** The time for which the location of an issuer's keys is kept. */
const DISCOVERY_KEPT = 60 * MINUTE;
/** The time for which its keys are kept; a key that is not among them is looked for at most every COOLDOWN. */
const KEYS_KEPT = 10 * MINUTE;
const COOLDOWN = 10 * SECOND;
/** The most bytes of an answer that are read. */
const MAX_ANSWER = 256 * 1024;
/** The allowed difference of clocks. Seconds. */
const TOLERANCE = 5;

/**
 * The issuers whose tokens are accepted, verified with the keys that they publish. No other host is ever called, whatever a token
 * or an administrator says.
 */
export class OidcIssuers implements WebIdentityVerifier {
  private readonly issuers: ReadonlySet<string>;
  private readonly discovered = new Map<string, { keys: Promise<JWTVerifyGetKey>; until: number }>();

  constructor(
    issuers: readonly string[],
    private readonly clock: Clock,
  ) {
    this.issuers = new Set(issuers);
  }

  trusts(issuer: string): boolean {
    return this.issuers.has(issuer);
  }

  async verify(token: string, issuer: string): Promise<TokenClaims> {
    const find: JWTVerifyGetKey = async (header, jws) => {
      try {
        return await (
          await this.keysOf(issuer)
        )(header, jws);
      } catch (error) {
        throw isAboutKey(error) ? noKey() : idpCommunicationError("The keys of the token's issuer could not be fetched.", error);
      }
    };
    try {
      const { payload } = await jwtVerify(token, find, {
        algorithms: ALGORITHMS,
        issuer,
        requiredClaims: ['sub', 'aud', 'exp', 'iat'],
        currentDate: this.clock.now(),
        clockTolerance: TOLERANCE,
      });
      return payload;
    } catch (error) {
      // The errors contain the claims, so they stay here.
      throw error instanceof errors.JOSEError ? this.refusal(error) : error;
    }
  }

  private keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    if (!this.trusts(issuer)) throw invalidIdentityToken('The issuer of the token is not trusted.');
    const known = this.discovered.get(issuer);
    if (known !== undefined && known.until > this.clock.millis()) return known.keys;
    const keys = discover(issuer);
    this.discovered.set(issuer, { keys, until: this.clock.millis() + DISCOVERY_KEPT });
    keys.catch(() => this.discovered.delete(issuer));
    return keys;
  }

  private refusal(error: errors.JOSEError) {
    if (error instanceof errors.JWTExpired) {
      const now = Math.floor(this.clock.millis() / 1_000);
      return expiredIdentityToken(
        `Token expired: current date/time ${now} must be before the expiration date/time ${error.payload.exp}`,
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      return invalidIdentityToken(`The claim ${error.claim} of the token is missing or not valid.`);
    }
    if (error instanceof errors.JOSEAlgNotAllowed) {
      return invalidIdentityToken(`The token must be signed by one of ${ALGORITHMS.join(', ')}.`);
    }
    return invalidIdentityToken('The token is not well-formed, or its signature does not match a key of its issuer.');
  }
}

/** AWS's message if the token's key is not one of the issuer's. */
const noKey = () =>
  invalidIdentityToken(
    'Couldn’t retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements',
  );

const isAboutKey = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/** Asks the issuer for the location of its keys. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await ask(url, {
    method: 'GET',
    redirect: 'manual',
    headers: new Headers({ accept: 'application/json' }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`);
  const { issuer: named, jwks_uri: keys } = (await response.json()) as Record<string, unknown>;
  if (named !== issuer) throw new Error("the issuer's document names another issuer");
  const isSecret = new URL(issuer).protocol === 'https:';
  if (typeof keys !== 'string' || !isAskable(keys) || (isSecret && !keys.startsWith('https:'))) {
    throw new Error('the issuer has no https jwks_uri');
  }
  return createRemoteJWKSet(new URL(keys), {
    [customFetch]: ask,
    timeoutDuration: TIMEOUT,
    cooldownDuration: COOLDOWN,
    cacheMaxAge: KEYS_KEPT,
  });
}

/** One request, without redirects, with a limit on the answer. */
const ask: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MAX_ANSWER) throw new Error(`the answer has more than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: response.status });
};
