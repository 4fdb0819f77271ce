import { serviceUriPrefix } from '@strongroom/arn';
import { invalidInput, validationError } from './iam-errors';
import type { IdentityKind } from './identity';

const URI = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/;
const LONGEST = 512;
const SESSION_NAME = /^[\w.-]{2,64}$/;

/** Whether a text is a URI to which a certificate can be bound. The database is never asked for others. */
export const isCertificateUri = (text: string): boolean => text.length <= LONGEST && URI.test(text);

/** The prefix of all URIs below a path: `spiffe://example.org/payments/`. */
export const isCertificateUriPrefix = (text: string): boolean => text.endsWith('/') && isCertificateUri(`${text}x`);

export interface CertificateUriSpaces {
  trustDomain: string;
  /** The account that the cluster starts with; it owns what belongs to nobody else. */
  accountId: string;
  /** The operator's assignments: accounts by URI prefix. The longest matching prefix decides. */
  prefixes: ReadonlyMap<string, string>;
}

/** The valid certificate URIs, and their owners. A URI's account follows from the URI, so nobody can take it first. */
export class CertificateUris {
  private readonly accounts: string;
  private readonly prefixes: readonly (readonly [prefix: string, accountId: string])[];

  constructor(private readonly spaces: CertificateUriSpaces) {
    this.accounts = `spiffe://${spaces.trustDomain}/account/`;
    this.prefixes = [...spaces.prefixes].sort(([one], [other]) => other.length - one.length);
  }

  /**
   * Checks a URI before it is bound to an identity of `kind` in one of `accountIds`. @throws DomainError ValidationError,
   * InvalidInput
   */
  check(uri: string, kind: IdentityKind, accountIds: readonly string[], field = 'uri'): string {
    const { trustDomain } = this.spaces;
    if (!isCertificateUri(uri)) {
      throw validationError(
        `${field} must be a SPIFFE ID such as spiffe://${trustDomain}/app/billing, at most ${LONGEST} characters.`,
      );
    }
    if (uri.startsWith(serviceUriPrefix(trustDomain))) {
      throw invalidInput(
        `${field} must not begin with ${serviceUriPrefix(trustDomain)}, which is reserved for Strongroom's services.`,
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

  /** The account that owns a URI, bound or not; undefined if it has the form of an account's URI but no account's id. */
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

/** The name of a certificate's sessions of a role. */
export const sessionNameOfUri = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);
