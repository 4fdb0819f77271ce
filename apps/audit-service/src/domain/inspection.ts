import type { AuditEvent } from '@strongroom/audit-trail';
import { chained } from './chain';
import { MAX_SPAN } from './event-block';
import { TERM_SET, termsIn } from './event-terms';
import { chainHash } from './hashing/chain-hash';
import { termHash } from './hashing/term-hash';
import { incidentIn } from './journal-incidents';
import { isStorable } from './storable';
import type { FiledBlock, Inspection, StoredEvent } from './trail.port';

/**
 * Inspects a block by itself. Undefined if anything is out of order, or if an event reports an incident: then the block is to be
 * checked event by event, which takes longer and can say what is wrong.
 */
export const inspectEvents = (block: FiledBlock, events: readonly StoredEvent[]): Inspection | undefined => {
  const decoded = events.flatMap((stored) => readable(stored) ?? []);
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || decoded.length < events.length) return undefined;
  const times = decoded.map(({ event }) => event.eventTime.getTime());
  const [firstTime, lastTime] = [Math.min(...times), Math.max(...times)];
  const isInOrder =
    first.sequence === block.firstSequence &&
    last.sequence === block.lastSequence &&
    last.hash.equals(block.lastHash) &&
    firstTime === block.firstTime &&
    lastTime === block.lastTime &&
    lastTime - firstTime <= MAX_SPAN &&
    (block.termSet === 1 || block.termSet === TERM_SET) &&
    events.every(({ sequence, record, hash }, i) => i === 0 || chainHash(events[i - 1]!.hash, sequence, record).equals(hash)) &&
    decoded.every(({ event }) => isOrdinary(event, block.accountId));
  if (!isInOrder) return undefined;
  const ids = decoded
    .map(({ event }, offset) => ({ id: Buffer.from(event.eventId.replaceAll('-', ''), 'hex'), offset }))
    .sort((a, b) => a.id.compare(b.id));
  if (ids.some(({ id }, i) => i > 0 && id.equals(ids[i - 1]!.id))) return undefined;
  return {
    firstRecord: first.record,
    hashes: Buffer.concat(events.map(({ hash }) => hash)),
    eventIds: Buffer.concat(ids.map(({ id }) => id)),
    offsets: Uint16Array.from(ids, ({ offset }) => offset),
    terms: Buffer.concat([...termsIn(decoded, block.termSet).keys()].map(termHash)),
  };
};

const isOrdinary = (event: AuditEvent, accountId: string): boolean =>
  event.recipientAccountId === accountId && isStorable(event) && incidentIn(event) === undefined;

const readable = (stored: StoredEvent): { sequence: number; event: AuditEvent } | undefined => {
  try {
    return chained(stored);
  } catch {
    return undefined;
  }
};
