import { identityTexts, obeys } from '@strongroom/field-rules';
import { invalidInput, limitExceeded, noSuchEntity, validationError } from './iam-errors';
import { OIDC_CLIENT_IDS, OIDC_THUMBPRINTS } from './quotas';

/** An OpenID Connect provider of an account: holders of its tokens can take roles that trust it. */
export interface OidcProvider {
  /** `arn:aws:iam::ACCOUNT:oidc-provider/` and the issuer without its scheme. */
  arn: string;
  accountId: string;
  /** As in the claim `iss` of its tokens. */
  issuer: string;
  /** The clients for which its tokens may be issued. */
  clientIds: string[];
  /** Only stored and shown. */
  thumbprints: string[];
  createDate: Date;
}

const URL_LENGTH = 255;
const ARN = /^arn:aws:iam::(\d{12}):oidc-provider\/[\x21-\x7e]{1,255}$/;

/** `localhost`, or an address that never leaves the machine. */
const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** Whether `text` is a URL at which an issuer, or its key set, may be called: over https, or without TLS only on this machine. */
export function isAskable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether `text` can be an issuer of tokens: a URL in normal form, without a query. */
export function isIssuer(text: string): boolean {
  if (text.length > URL_LENGTH || !/^[\x21-\x7e]+$/.test(text) || /[?#*]/.test(text) || !isAskable(text)) return false;
  const { href } = new URL(text);
  return href === text || href === `${text}/`;
}

/** An issuer's name in ARNs and condition keys: without its scheme. */
export const nameOfIssuer = (issuer: string): string => issuer.slice(issuer.indexOf('://') + 3);

export const arnOfProvider = (accountId: string, issuer: string): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${nameOfIssuer(issuer)}`;

export function checkIssuer(url: string): string {
  if (!isIssuer(url)) {
    throw validationError(
      `url must be an https URL of at most ${URL_LENGTH} characters without a query: the issuer of the tokens.`,
    );
  }
  return url;
}

export function checkProviderArn(arn: string): { arn: string; accountId: string } {
  const [, accountId] = ARN.exec(arn) ?? [];
  if (accountId === undefined) {
    throw validationError(
      'open_id_connect_provider_arn must be the ARN of a provider, such as arn:aws:iam::000000000000:oidc-provider/id.example.org.',
    );
  }
  return { arn, accountId };
}

export function checkClientId(id: string, field: string): string {
  if (!obeys(identityTexts.oidcClientId, id))
    throw validationError(`${field} must have 1 to ${identityTexts.oidcClientId.max} characters.`);
  return id;
}

export function checkClientIds(ids: readonly string[]): string[] {
  const all = [...new Set(ids.map((id) => checkClientId(id, 'client_id_list')))];
  if (all.length > OIDC_CLIENT_IDS)
    throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${OIDC_CLIENT_IDS}`);
  return all;
}

export function checkThumbprints(thumbprints: readonly string[]): string[] {
  if (thumbprints.length > OIDC_THUMBPRINTS)
    throw validationError(`thumbprint_list must have at most ${OIDC_THUMBPRINTS} items.`);
  for (const thumbprint of thumbprints) {
    if (!/^[0-9A-Fa-f]{40}$/.test(thumbprint)) throw validationError('thumbprint_list must have items of 40 hexadecimal digits.');
  }
  return [...thumbprints];
}

export const notTrusted = (issuer: string) =>
  invalidInput(
    `url must be an issuer that this cluster trusts: ${issuer} is not in STRONGROOM_OIDC_ISSUERS of identity-service.`,
  );

export const noSuchProvider = (arn: string) => noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
