import { internalServiceError } from '@strongroom/errors';
import { chained, type ChainedEvent } from '../domain/chain';
import type { BlockBounds, EventBlock } from '../domain/event-block';
import { TERM_SET, termsIn } from '../domain/event-terms';
import { termHash } from '../domain/hashing/term-hash';
import type { StoredEvent } from '../domain/trail.port';
import { packEvents, unpackEvents } from './block-codec';

/** The columns of a block that are read without its records. */
export const boundsColumns = 'first_sequence, last_sequence, first_time, last_time, last_hash';

export interface RecordsRow {
  first_sequence: number;
  records: Buffer;
}

export interface BlockRow extends RecordsRow {
  term_set: number;
  last_sequence: number;
  first_time: Date;
  last_time: Date;
  last_hash: Buffer;
}

export const insertBlocks = `INSERT INTO event_block (account_id, ${boundsColumns}, records, term_set)`;
export const insertIdentities = 'INSERT INTO event_identity (account_id, event_id, sequence)';
export const insertPostings = 'INSERT INTO event_posting (term, last_time, first_sequence)';

export const blockValues = async (block: EventBlock): Promise<unknown[]> => [
  block.accountId,
  block.firstSequence,
  block.lastSequence,
  new Date(block.firstTime),
  new Date(block.lastTime),
  block.lastHash,
  await packEvents(block.events),
  TERM_SET,
];

export const identityValues = ({ accountId, events }: EventBlock): unknown[][] =>
  events.map(({ event, sequence }) => [accountId, idBytes(event.eventId), sequence]);

export const postingValues = ({ events, lastTime, firstSequence }: EventBlock): unknown[][] => {
  const time = new Date(lastTime);
  // In the order of the index, which shortens the server's way to each row.
  const terms = [...termsIn(events).keys()].map(termHash).sort((a, b) => a.compare(b));
  return terms.map((term) => [term, time, firstSequence]);
};

const canonicalId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an event in the trail can have this id. */
export const isCanonicalId = (eventId: string): boolean => canonicalId.test(eventId);

/** The form of a canonical UUID, the only one that the trail accepts. */
export const idBytes = (eventId: string): Buffer => Buffer.from(eventId.replaceAll('-', ''), 'hex');

/** Throws `BlockError` for a damaged block. */
export const storedEvents = async ({ first_sequence, records }: RecordsRow): Promise<StoredEvent[]> => {
  const first = Number(first_sequence);
  return (await unpackEvents(records)).map(({ hash, record }, index) => ({ sequence: first + index, hash, record }));
};

export const openEvents = async (row: RecordsRow, wanted: (record: string) => boolean = () => true): Promise<ChainedEvent[]> => {
  try {
    return (await storedEvents(row)).filter(({ record }) => wanted(record)).map(chained);
  } catch (cause) {
    throw internalServiceError(`the events from sequence ${row.first_sequence} on are damaged; run VerifyTrail for details`, {
      cause,
    });
  }
};

export const boundsOf = (accountId: string, row: BlockRow): BlockBounds => ({
  accountId,
  firstSequence: Number(row.first_sequence),
  lastSequence: Number(row.last_sequence),
  firstTime: row.first_time.getTime(),
  lastTime: row.last_time.getTime(),
  lastHash: row.last_hash,
});
