import { type AuditEvent, noIdentity, type UserIdentityType } from '@strongroom/audit-trail';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';

/** An event of the trail with its place in its account's chain, from 1, without gaps. */
export interface TrailEvent extends AuditEvent {
  /** SHA-256 over this event and the hash before it. */
  hash: Buffer;
  sequence: number;
}

/** An event as audit-service hands it over. */
export function trailEvent({ sequence, eventTime, userIdentity, ...event }: Event): TrailEvent {
  const who = userIdentity ?? noIdentity;
  return {
    ...event,
    sequence: Number(sequence),
    eventTime: eventTime ?? new Date(0),
    userIdentity: { ...who, type: who.type as UserIdentityType },
  };
}
