import type { AuditEvent } from '@strongroom/audit-trail';
import { isArn, type EventFilter } from './event-filter';
import { resourceName } from './resource-name';

/** The attributes by which an event can be looked up, besides its time. */
type Attribute = 'request' | 'resource' | 'principal' | 'user' | 'failed' | 'name' | 'source';

/** The first two contain no space, so a term has only one meaning. */
const term = (accountId: string, attribute: Attribute, text: string): string => `${accountId} ${attribute} ${text}`;

const attributesOf = (event: AuditEvent, take: (attribute: Attribute, text: string) => void): void => {
  for (const { arn } of event.resources) take('resource', resourceName(arn));
  if (event.requestId !== '') take('request', event.requestId);
  if (event.userIdentity.arn !== '') take('principal', event.userIdentity.arn);
  if (event.userIdentity.userName !== '') take('user', event.userIdentity.userName);
  if (event.errorCode !== '') take('failed', '');
  take('name', event.eventName);
  take('source', event.eventSource);
};

/** The distinct terms that lead to events of one account, each with the place of the first event that has it. */
export const termsIn = (events: readonly { event: AuditEvent; sequence: number }[]): Map<string, number> => {
  // Most texts repeat, so each becomes a term only once.
  const places = new Map<Attribute, Map<string, number>>();
  for (const { event, sequence } of events) {
    attributesOf(event, (attribute, text) => {
      let ofAttribute = places.get(attribute);
      if (!ofAttribute) places.set(attribute, (ofAttribute = new Map<string, number>()));
      if (!ofAttribute.has(text)) ofAttribute.set(text, sequence);
    });
  }
  const accountId = events[0]?.event.recipientAccountId ?? '';
  return new Map(
    [...places].flatMap(([attribute, texts]) =>
      [...texts].map(([text, sequence]): [string, number] => [term(accountId, attribute, text), sequence]),
    ),
  );
};

/** The terms that every event accepted by the filter has, the rarest first. Times and success have none. */
export const filterTerms = (accountId: string, filter: EventFilter): string[] => {
  const { requestId, resource, principal, outcome, eventName, eventSource } = filter;
  const terms: string[] = [];
  const add = (attribute: Attribute, text: string | undefined) => {
    if (text) terms.push(term(accountId, attribute, text));
  };
  add('request', requestId);
  add('resource', resource && resourceName(resource));
  add(principal && isArn(principal) ? 'principal' : 'user', principal);
  if (outcome === 'failure') terms.push(term(accountId, 'failed', ''));
  add('name', eventName);
  add('source', eventSource);
  return terms;
};
