import { serviceUriPrefixOf } from './service-uri';
import { invalidInput, validationError } from './iam-errors';
import { type IdentityKind } from './identity';

const URI = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/;
const LONGEST = 512;
const SESSION_NAME = /^[\w.-]{2,64}$/;

/** Checks a URI that is to be bound to an identity of `kind`. */
export function checkCertificateUri(uri: string, kind: IdentityKind, trustDomain: string, field = 'uri'): string {
  if (uri.length > LONGEST || !URI.test(uri)) {
    throw validationError(
      `${field} must be a SPIFFE ID such as spiffe://${trustDomain}/app/billing, at most ${LONGEST} characters.`,
    );
  }
  if (uri.startsWith(serviceUriPrefixOf(trustDomain))) {
    throw invalidInput(
      `${field} must not begin with ${serviceUriPrefixOf(trustDomain)}, which is reserved for Strongroom's services.`,
    );
  }
  if (kind === 'role' && !SESSION_NAME.test(sessionNameOfUri(uri))) {
    throw invalidInput(`The last part of ${field} names the role's session, and must be 2 to 64 characters.`);
  }
  return uri;
}

/** What the sessions are called that a certificate has of a role. */
export const sessionNameOfUri = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);
