import type { Caller } from './caller';

/** What makes a certificate one of Strongroom's own services. */
export interface ServiceNaming {
  /** Such as `strongroom.local`. */
  trustDomain: string;
  /** The cluster's own account, 12 digits. */
  accountId: string;
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Where the certificates of services live: no other principal can be bound to a URI that begins like this. */
export const serviceUriPrefix = (trustDomain: string): string => `spiffe://${trustDomain}/service/`;

/**
 * The built-in principal behind a service's certificate, or `undefined` for any other URI. The certificate alone says it, so
 * that services know each other without asking anybody. It has no policies: what a service may call is the peer policy's
 * business, and resources are refused to it unless a resource policy names `<name>.strongroom.internal`.
 */
export function serviceCaller(uri: string, { trustDomain, accountId }: ServiceNaming): Caller | undefined {
  const prefix = serviceUriPrefix(trustDomain);
  if (!uri.startsWith(prefix)) return undefined;
  const name = uri.slice(prefix.length);
  if (!NAME.test(name)) return undefined;
  return {
    credentialId: `cert:${uri}`,
    kind: 'service',
    arn: `arn:aws:iam::${accountId}:service/${name}`,
    accountId,
    userId: `service:${name}`,
    tags: new Map(),
    identity: [],
    principal: { kind: 'service', arn: `${name}.strongroom.internal`, accountId: '' },
  };
}
