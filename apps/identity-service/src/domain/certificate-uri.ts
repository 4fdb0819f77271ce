import { serviceUriPrefixOf } from './service-uri';
import { invalidInput, validationError } from './iam-errors';
import type { IdentityKind } from './identity';

const URI = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/;
const LONGEST = 512;
const SESSION_NAME = /^[\w.-]{2,64}$/;

/** Whether a text is a URI that a certificate can be bound by. No other one is ever asked for in the database. */
export const isCertificateUri = (text: string): boolean => text.length <= LONGEST && URI.test(text);

/** All URIs below a path, which begin so: `spiffe://example.org/payments/`. */
export const isCertificateUriPrefix = (text: string): boolean => text.endsWith('/') && isCertificateUri(`${text}x`);

export interface CertificateUriSpaces {
  trustDomain: string;
  /** The account that the cluster starts with: what is nobody else's is its own. */
  accountId: string;
  /** What the operator gave: accounts by the beginnings of URIs that are theirs. The longest that fits decides. */
  prefixes: ReadonlyMap<string, string>;
}

/** Which URIs of certificates there can be, and whose they are. A URI's account follows from the URI, so that nobody can be there first. */
export class CertificateUris {
  private readonly accounts: string;
  private readonly prefixes: readonly (readonly [prefix: string, accountId: string])[];

  constructor(private readonly spaces: CertificateUriSpaces) {
    this.accounts = `spiffe://${spaces.trustDomain}/account/`;
    this.prefixes = [...spaces.prefixes].sort(([one], [other]) => other.length - one.length);
  }

  /** Checks a URI that is to be bound to an identity of `kind` in one of `accountIds`. @throws DomainError ValidationError, InvalidInput */
  check(uri: string, kind: IdentityKind, accountIds: readonly string[], field = 'uri'): string {
    const { trustDomain } = this.spaces;
    if (!isCertificateUri(uri)) {
      throw validationError(
        `${field} must be a SPIFFE ID such as spiffe://${trustDomain}/app/billing, at most ${LONGEST} characters.`,
      );
    }
    if (uri.startsWith(serviceUriPrefixOf(trustDomain))) {
      throw invalidInput(
        `${field} must not begin with ${serviceUriPrefixOf(trustDomain)}, which is reserved for Strongroom's services.`,
      );
    }
    const owner = this.ownerOf(uri);
    if (owner === undefined || !accountIds.includes(owner)) {
      throw invalidInput(
        `${field} must belong to the account: it must begin with ${accountIds.map((id) => this.spaceOf(id)).join(' or ')}.`,
      );
    }
    if (kind === 'role' && !SESSION_NAME.test(sessionNameOfUri(uri))) {
      throw invalidInput(`The last part of ${field} names the role's session, and must be 2 to 64 characters.`);
    }
    return uri;
  }

  /** The account that a URI belongs to, whether it is bound or not; nobody's where it looks like an account's and is none's. */
  ownerOf(uri: string): string | undefined {
    if (uri.startsWith(this.accounts)) return /^(\d{12})\/./.exec(uri.slice(this.accounts.length))?.[1];
    const given = this.prefixes.find(([prefix]) => uri.startsWith(prefix));
    return given ? given[1] : this.spaces.accountId;
  }

  private spaceOf(accountId: string): string {
    const given = this.prefixes.flatMap(([prefix, owner]) => (owner === accountId ? [prefix] : []));
    return [`${this.accounts}${accountId}/`, ...given].join(' or ');
  }
}

/** What the sessions are called that a certificate has of a role. */
export const sessionNameOfUri = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);
