import type { AuditEvent } from '@strongroom/audit-trail';
import { chained } from './chain';
import { MAX_SPAN } from './event-block';
import { TERM_SET, termsIn } from './event-terms';
import { incidentIn, type IncidentKind } from './journal-incidents';
import type { BlockEntries, FiledBlock, StoredEvent, TrailReader, Within } from './trail.port';

/** An event and the faults in it, or in the entries that lead to it, besides its hash. */
export interface CheckedEvent extends StoredEvent {
  difference?: string;
  /** The journal incident that the event reports. */
  incident?: { kind: IncidentKind; detail: string };
}

/**
 * Checks the events of a block from `first` to `last`. All of its events are compared with the block's row and with the entries
 * that lead to it.
 */
export const checkedEvents = async (
  { block, events, first, last }: { block: FiledBlock; events: readonly StoredEvent[]; first: number; last: number },
  reader: Pick<TrailReader, 'entries'>,
  within: Within,
): Promise<CheckedEvent[]> => {
  const decoded = events.flatMap((stored) => decodedOf(stored) ?? []);
  const terms = termsIn(
    decoded.filter(({ event }) => event.recipientAccountId === block.accountId),
    block.termSet,
  );
  const times = decoded.map(({ event }) => event.eventTime.getTime());
  // The terms by which lookups find the events, if all events can be read.
  const lastTime = decoded.length < events.length ? block.lastTime : Math.max(...times);
  const { accountId, firstSequence } = block;
  const entries = await reader.entries(
    { accountId, firstSequence, lastTime },
    { eventIds: decoded.map(({ event }) => event.eventId), terms: [...terms.keys()] },
    within,
  );
  const differences = entryDifferences(decoded, terms, entries);
  const inRange = events.filter(({ sequence }) => sequence >= first && sequence <= last);
  const ofRow = rowDifference(block, events, decoded.length < events.length ? undefined : times);
  // It concerns all of them, and is reported at the first.
  if (inRange[0] && ofRow) differences.set(inRange[0].sequence, ofRow);
  const readable = new Map(decoded.map(({ sequence, event }) => [sequence, event]));
  return inRange.map((stored) => {
    const event = readable.get(stored.sequence);
    if (!event) return { ...stored, difference: 'the record is not an event' };
    if (event.recipientAccountId !== accountId) return { ...stored, difference: 'the event belongs to another account' };
    return { ...stored, difference: differences.get(stored.sequence), incident: incidentIn(event) };
  });
};

const decodedOf = ({ sequence, hash, record }: StoredEvent): { sequence: number; event: AuditEvent } | undefined => {
  try {
    return chained({ sequence, hash, record });
  } catch {
    return undefined;
  }
};

/** By the place of the first event that lookups do not find, or find at another place. */
const entryDifferences = (
  events: readonly { sequence: number; event: AuditEvent }[],
  terms: ReadonlyMap<string, number>,
  entries: BlockEntries,
): Map<number, string> => {
  const differences = new Map<number, string>();
  for (const [term, sequence] of terms) {
    if (entries.terms.has(term) || differences.has(sequence)) continue;
    const [, attribute] = term.split(' ');
    differences.set(sequence, `lookups by ${attribute} do not find the event: its entry is missing or changed`);
  }
  for (const { event, sequence } of events) {
    const place = entries.identities.get(event.eventId);
    if (place === undefined) differences.set(sequence, `the entry of the event's id is missing`);
    else if (place !== sequence) differences.set(sequence, `the entry of the event's id names the place ${place}`);
  }
  return differences;
};

const rowDifference = (
  block: FiledBlock,
  events: readonly StoredEvent[],
  times: readonly number[] | undefined,
): string | undefined => {
  const last = events.at(-1);
  const wrong = [
    block.lastSequence === last?.sequence ? [] : ['last_sequence'],
    last && block.lastHash.equals(last.hash) ? [] : ['last_hash'],
    !times || block.firstTime === Math.min(...times) ? [] : ['first_time'],
    !times || block.lastTime === Math.max(...times) ? [] : ['last_time'],
    block.termSet === 1 || block.termSet === TERM_SET ? [] : ['term_set'],
  ].flat();
  if (wrong.length > 0) return `${wrong.join(', ')}: not the same as in the events of the block`;
  return block.lastTime - block.firstTime > MAX_SPAN ? 'the block spans more time than lookups allow for' : undefined;
};
