import type { AuditEvent } from '@strongroom/audit-trail';

/** An event of the trail with its place in its account's chain, from 1, without gaps. */
export interface TrailEvent extends AuditEvent {
  /** SHA-256 over this event and the hash before it. */
  hash: Buffer;
  sequence: number;
}
