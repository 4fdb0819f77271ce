import { serviceUriPrefix } from '@strongroom/arn';
import type { Caller } from './caller';

/** Says which certificates belong to Strongroom's own services. */
export interface ServiceNaming {
  /** Such as `strongroom.local`. */
  trustDomain: string;
  /** The cluster's own account, 12 digits. */
  accountId: string;
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * The built-in principal of a service's certificate, or `undefined` for any other URI. It follows from the certificate alone, so
 * services recognise each other without a lookup. It has no policies: the peer policy says what a service may call, and resources
 * are refused to it unless a resource policy names `<name>.strongroom.internal`.
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
