import type { AuditEvent } from '@strongroom/audit-trail';
import { eventSourcesOf, servedBy } from '@strongroom/methods';

/**
 * The event sources of each producer of the journal: those of the services that it serves. It may not write events of other
 * sources.
 */
const sourcesOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(servedBy).map(([producer, services]) => [producer, eventSourcesOf(services)]),
);

export const maySpeakFor = (producer: string, events: readonly AuditEvent[]): boolean => {
  const sources = sourcesOf.get(producer);
  return events.every(({ eventSource }) => sources?.has(eventSource));
};
