import { userNameOf } from '@strongroom/cloudtrail-record/user-name';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';

/** How people call whoever called: a user, a session with its role, a service, or nobody known. */
export function whoOf({ userIdentity }: Pick<Event, 'userIdentity'>): string {
  if (userIdentity === undefined) return '';
  const { type, arn, principalId } = userIdentity;
  if (type === 'AssumedRole' && arn.includes('/')) return arn.slice(arn.indexOf('/') + 1);
  return userNameOf(userIdentity) || localPart(arn) || principalId.replace(/^service:/, '');
}

/** `kms` of `kms.amazonaws.com`. */
export const sourceWord = (eventSource: string): string => eventSource.replace(/\.amazonaws\.com$/, '');

/** An ARN without what all of a cluster have in common: `secret:prod/db-a1B2c3`, `user/ann`. */
export const localPart = (arn: string): string => (arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn);

/** A call by which this page looks at the trail: in the live view it would speak of nothing but itself. */
export const isOwnLook = ({ eventName, userAgent }: Pick<Event, 'eventName' | 'userAgent'>, ownAgent: string): boolean =>
  eventName === 'LookupEvents' && userAgent === ownAgent;

/** What a call was about: of a secret and the key that it is under, the secret. */
export const mainResource = <Resource extends { readonly arn: string }>({
  resources,
  eventSource,
}: {
  readonly resources: readonly Resource[];
  readonly eventSource: string;
}): Resource | undefined => {
  const [service] = eventSource.split('.');
  return resources.find(({ arn }) => arn.split(':')[2] === service) ?? resources[0];
};

/** Hashes and roots as people compare them. */
export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
