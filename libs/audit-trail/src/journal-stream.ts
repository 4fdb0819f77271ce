import { isSignedBy, parseOrigin, type EntryOrigin, type SignedEntry } from './entry-origin';
import { decodeEvent, type EncodedEvent } from './event-codec';

/**
 * The Redis stream that carries events from every service to audit-service, which deletes an entry after it has stored its
 * events.
 */
export const journalStream = 'strongroom:audit:journal';

/**
 * An entry holds what one turn of a process's event loop recorded: a field `e` for each event, at most this many, `p` for the
 * origin, and `m` for the MAC of both. So an append costs Redis and the process about the same for one event as for all of them.
 */
export const MAX_EVENTS_PER_ENTRY = 64;

const field = 'e';
const originField = 'p';
const macField = 'm';

export function entryFields(encodedEvents: readonly string[], { originText, mac }: SignedEntry): string[] {
  return [originField, originText, ...encodedEvents.flatMap((event) => [field, event]), macField, mac];
}

export interface JournalEntryContent {
  /** The encodings of its events. */
  records: string[];
  /** Absent if the entry is not signed: versions before the journal had keys did not sign. */
  origin?: EntryOrigin;
}

/** The producer's key with this id, while it is valid. */
export type FindEntryKey = (producer: string, keyId: string) => Buffer | undefined;

/** The events of an entry, and who appended it. @throws `ForgedEntryError` if none of the keys signed it */
export function readEntry(fields: readonly string[], keyOf: FindEntryKey): JournalEntryContent {
  const records: string[] = [];
  const others = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value] = [fields[index]!, fields[index + 1]!];
    if (name === field) records.push(value);
    else if (others.has(name)) throw new ForgedEntryError('a field of the entry is repeated');
    else others.set(name, value);
  }
  return { records, origin: originOf(records, others.get(originField), others.get(macField), keyOf) };
}

/** @throws `EventEncodingError` for an entry that no journal wrote */
export function decodeRecords(records: readonly string[]): EncodedEvent[] {
  return records.map((record) => ({ event: decodeEvent(record), record }));
}

/** No key of the producer signed this entry. */
export class ForgedEntryError extends Error {
  override readonly name = 'ForgedEntryError';
}

const originOf = (
  records: readonly string[],
  originText: string | undefined,
  mac: string | undefined,
  keyOf: FindEntryKey,
): EntryOrigin | undefined => {
  if (originText === undefined && mac === undefined) return undefined;
  const origin = originText === undefined ? undefined : parseOrigin(originText);
  if (!origin || mac === undefined) throw new ForgedEntryError('the origin of the entry is malformed');
  const key = keyOf(origin.producer, origin.keyId);
  if (!key) throw new ForgedEntryError('no producer has this key');
  if (!isSignedBy(key, originText!, records, mac)) throw new ForgedEntryError('the MAC does not match the entry');
  return origin;
};
