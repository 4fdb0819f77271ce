/** The URI prefix of services' certificates; no other principal can be bound to such a URI. */
export function serviceUriPrefix(trustDomain: string): string {
  return `spiffe://${trustDomain}/service/`;
}

/** The URI prefix of the certificates that a cluster makes for its users. */
export function userUriPrefix(trustDomain: string): string {
  return `spiffe://${trustDomain}/user/`;
}
