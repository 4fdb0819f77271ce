import { decodeEvent, type EncodedEvent } from './event-codec';

/** The Redis stream that carries events from every service to audit-service. Whoever has stored an entry's events deletes it. */
export const journalStream = 'strongroom:audit:journal';

/**
 * An entry holds what one turn of one process's event loop recorded: a field `e` for each event, at most this many. One
 * append then costs Redis, and the process, about the same for one event as for all of them.
 */
export const maxEventsPerEntry = 64;

const field = 'e';

export const entryFields = (encodedEvents: readonly string[]): string[] => encodedEvents.flatMap((event) => [field, event]);

/** The events of an entry; throws `EventEncodingError` for what no journal wrote. */
export const decodeEntry = (fields: readonly string[]): EncodedEvent[] => {
  const events: EncodedEvent[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index] !== field) continue;
    const record = fields[index + 1]!;
    events.push({ event: decodeEvent(record), record });
  }
  return events;
};
