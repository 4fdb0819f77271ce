import { encodeEvent, serviceEvent, type AuditEvent, type EncodedEvent } from '@strongroom/audit-trail';
import { incidentId } from './hashing/incident-id';

export type IncidentKind = 'forged' | 'missing' | 'replayed';

/** Something that only an attacker, or a Redis that lost acknowledged writes, can have done to the journal. */
export interface JournalIncident {
  kind: IncidentKind;
  /** The entry's producer; empty if unknown. */
  producer: string;
  /** Identifies the entry, in the same way whenever it is seen. */
  what: string;
  /** How many entries. */
  count: number;
}

/** The kinds by the event names with which the trail reports them. */
const incidentEvents: Readonly<Record<string, IncidentKind>> = {
  JournalEntryForged: 'forged',
  JournalEntryMissing: 'missing',
  JournalEntryReplayed: 'replayed',
};

const incidentSource = 'cloudtrail.amazonaws.com';

const eventNames = Object.fromEntries(Object.entries(incidentEvents).map(([name, kind]) => [kind, name])) as Record<
  IncidentKind,
  string
>;

/** The incident that an event reports, for VerifyTrail; undefined for every other event. */
export const incidentIn = (event: AuditEvent): { kind: IncidentKind; detail: string } | undefined => {
  const { eventSource, eventName, userIdentity, requestParameters } = event;
  const kind = Object.hasOwn(incidentEvents, eventName) ? incidentEvents[eventName] : undefined;
  if (!kind || eventSource !== incidentSource || userIdentity.principalId !== 'audit-service') return undefined;
  const { producer, entry, count } = requestParameters;
  return { kind, detail: `the journal, ${producer || 'unknown producer'}, ${count} in all, first ${entry}` };
};

/**
 * The events that report incidents: one for each kind and producer, whatever their number, so that nobody can fill the trail by
 * causing incidents. The event's id is derived from its content, so an incident that is seen again after a crash has one event.
 */
export const incidentsAsEvents = (
  incidents: readonly JournalIncident[],
  { accountId, region }: { accountId: string; region: string },
  now: Date,
): EncodedEvent[] => {
  const groups = new Map<string, JournalIncident[]>();
  for (const incident of incidents) {
    const name = `${incident.kind} ${incident.producer}`;
    groups.set(name, [...(groups.get(name) ?? []), incident]);
  }
  return [...groups.values()].map((group) => {
    const { kind, producer, what } = group[0]!;
    const count = group.reduce((sum, incident) => sum + incident.count, 0);
    const event = serviceEvent({
      service: 'audit-service',
      eventId: incidentId(`${kind} ${producer} ${what}`),
      eventTime: now,
      eventSource: incidentSource,
      eventName: eventNames[kind],
      awsRegion: region,
      recipientAccountId: accountId,
      requestParameters: { producer, entry: what, count: String(count) },
    });
    return { event, record: encodeEvent(event) };
  });
};
