import type { AuditEvent } from '@strongroom/audit-trail';
import { resourceName } from './resource-name';

/** Lengths of the columns that lookups use. The record has everything in full; longer texts are found by their beginning. */
export const columnLengths = { short: 128, arn: 700 };

const short = (text: string) => clip(text, columnLengths.short);
const long = (text: string) => clip(text, columnLengths.arn);

/** In characters of the database, which are code points; a lone surrogate is none and becomes U+FFFD there. */
const clip = (text: string, length: number): string => {
  const characters = Buffer.from(text, 'utf8').toString('utf8');
  return characters.length <= length ? characters : [...characters].slice(0, length).join('');
};

/** The text that a filter's value is compared with in the database. */
export const columnText = { short, long };

export interface ResourceColumns {
  name: string;
  arn: string;
}

/** One for each name: in one call a name means one secret, and its longest form is its ARN. */
export const resourcesOf = (event: AuditEvent): ResourceColumns[] => {
  const byName = new Map<string, string>();
  for (const { arn } of event.resources) {
    const name = long(resourceName(arn));
    const known = byName.get(name);
    if (known === undefined || arn.length > known.length) byName.set(name, long(arn));
  }
  return [...byName].map(([name, arn]) => ({ name, arn })).sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** What lookups see of an event, as text, by the name of the column. */
export const columnsOf = (event: AuditEvent): Record<string, string> => ({
  event_id: event.eventId,
  event_time: event.eventTime.toISOString(),
  event_source: short(event.eventSource),
  event_name: short(event.eventName),
  principal_arn: long(event.userIdentity.arn),
  user_name: short(event.userIdentity.userName),
  request_id: short(event.requestId),
  failed: event.errorCode === '' ? '0' : '1',
  resources: JSON.stringify(resourcesOf(event).map(({ name, arn }) => [name, arn])),
});
