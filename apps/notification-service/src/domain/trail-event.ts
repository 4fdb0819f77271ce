import { type AuditEvent, noIdentity, type UserIdentity, type UserIdentityType } from '@strongroom/audit-trail';
import type { Event, UserIdentity as IdentityMessage } from '@strongroom/contracts/strongroom/audit/v1/audit';

/** An event of the trail with its place in its account's chain, from 1, without gaps. */
export interface TrailEvent extends AuditEvent {
  /** SHA-256 over this event and the hash before it. */
  hash: Buffer;
  sequence: number;
}

/** An event as audit-service hands it over. */
export function trailEvent({ sequence, eventTime, userIdentity, ...event }: Event): TrailEvent {
  return {
    ...event,
    sequence: Number(sequence),
    eventTime: eventTime ?? new Date(0),
    userIdentity: userIdentity ? identityOf(userIdentity) : noIdentity,
  };
}

function identityOf({ type, sessionAttributes, ...who }: IdentityMessage): UserIdentity {
  const { creationDate, mfaAuthenticated = false } = sessionAttributes ?? {};
  return {
    ...who,
    type: type as UserIdentityType,
    ...(creationDate && { sessionAttributes: { creationDate, mfaAuthenticated } }),
  };
}
