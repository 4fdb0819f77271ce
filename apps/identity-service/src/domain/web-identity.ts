import type { WebIdentity } from '@strongroom/access';
import { DomainError, type ErrorKind } from '@strongroom/errors';
import { identityTexts, obeys } from '@strongroom/field-rules';
import type { Tag } from './identity';
import { nameOfIssuer, type OidcProvider } from './oidc-provider';

const factory = (kind: ErrorKind, reason: string) => (message: string, cause?: unknown) =>
  new DomainError({ kind, reason, message, cause });

// The errors of AssumeRoleWithWebIdentity about tokens.
export const invalidIdentityToken = factory('unauthenticated', 'InvalidIdentityToken');
export const expiredIdentityToken = factory('unauthenticated', 'ExpiredTokenException');
/** The issuer's keys could not be fetched; a retry may succeed. */
export const idpCommunicationError = factory('unavailable', 'IDPCommunicationError');

/** The claims of a token whose signature, issuer and times have been verified. */
export type TokenClaims = Readonly<Record<string, unknown>>;

export interface WebIdentityVerifier {
  /** Whether the operator allows calls to this issuer. */
  trusts(issuer: string): boolean;
  /** @throws InvalidIdentityToken, ExpiredTokenException; IDPCommunicationError within a bounded wait */
  verify(token: string, issuer: string): Promise<TokenClaims>;
}

/** What a verified token proves, and what it says about the session. */
export interface VerifiedWebIdentity extends WebIdentity {
  readonly provider: OidcProvider;
  /** Condition keys such as `id.example.org:sub`, in lower case. */
  context: Record<string, string | string[]>;
  tags: Tag[];
  transitiveTagKeys: string[];
}

/** The most characters of `sub` and of each `aud`. */
const CLAIM_LENGTH = 255;
const TAGS_CLAIM = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY_CLAIM = 'https://aws.amazon.com/source_identity';

/** The issuer that a token claims; nothing of it has been verified. */
export function issuerOf(token: string): string {
  const [, payload = ''] = token.split('.');
  if (obeys(identityTexts.webIdentityToken, token)) {
    try {
      const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss?: unknown };
      if (typeof iss === 'string' && iss !== '') return iss;
    } catch {
      // The error below says so; the parser's own message quotes the text.
    }
  }
  throw invalidIdentityToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
}

/** The subject of the claims. Throws InvalidIdentityToken for a token that was issued for somebody else. */
export function webIdentityOf(claims: TokenClaims, provider: OidcProvider): VerifiedWebIdentity {
  const subject = textOf(claims.sub, 'sub');
  const audiences = listOf(claims.aud, 'aud').map((audience) => textOf(audience, 'aud'));
  // The client that requested the token, if it was issued for others as well.
  const parties = claims.azp === undefined ? audiences : [textOf(claims.azp, 'azp')];
  const audience = parties.find((party) => provider.clientIds.includes(party));
  if (audience === undefined) throw invalidIdentityToken('Incorrect token audience');
  if (claims[SOURCE_IDENTITY_CLAIM] !== undefined) throw malformed(SOURCE_IDENTITY_CLAIM, 'is not supported');
  const prefix = nameOfIssuer(provider.issuer).toLowerCase();
  const context: Record<string, string | string[]> = {
    [`${prefix}:sub`]: subject,
    [`${prefix}:aud`]: parties,
    [`${prefix}:oaud`]: audiences,
  };
  if (claims.amr !== undefined) context[`${prefix}:amr`] = listOf(claims.amr, 'amr').map((method) => textOf(method, 'amr'));
  if (typeof claims.email === 'string') context[`${prefix}:email`] = claims.email;
  return { provider, subject, audience, context, ...tagsOf(claims[TAGS_CLAIM]) };
}

/**
 * Session tags: `{"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]}`. They are checked together with those
 * of AssumeRole.
 */
function tagsOf(claim: unknown): Pick<VerifiedWebIdentity, 'tags' | 'transitiveTagKeys'> {
  if (claim === undefined) return { tags: [], transitiveTagKeys: [] };
  const { principal_tags: tags = {}, transitive_tag_keys: keys = [] } = objectOf(claim, TAGS_CLAIM);
  return {
    tags: Object.entries(objectOf(tags, TAGS_CLAIM)).map(([key, values]) => {
      const [value, ...more] = listOf(values, TAGS_CLAIM);
      if (typeof value !== 'string' || more.length > 0) throw malformed(TAGS_CLAIM, 'must have one text for each tag');
      return { key, value };
    }),
    transitiveTagKeys: listOf(keys, TAGS_CLAIM).map((key) => textOf(key, TAGS_CLAIM)),
  };
}

export const noProvider = (issuer: string) =>
  invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer.slice(0, 255)}`);

const malformed = (claim: string, rule: string) => invalidIdentityToken(`The claim ${claim} of the token ${rule}.`);

const listOf = (claim: unknown, name: string): unknown[] => {
  const list = Array.isArray(claim) ? (claim as unknown[]) : [claim];
  if (list.length === 0) throw malformed(name, 'must not be empty');
  return list;
};

function textOf(claim: unknown, name: string): string {
  if (typeof claim !== 'string' || claim === '' || claim.length > CLAIM_LENGTH) {
    throw malformed(name, `must have 1 to ${CLAIM_LENGTH} characters`);
  }
  return claim;
}

function objectOf(claim: unknown, name: string): Record<string, unknown> {
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) throw malformed(name, 'must be an object');
  return claim as Record<string, unknown>;
}
