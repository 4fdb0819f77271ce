import type { AuditEvent } from '@strongroom/audit-trail';
import { isArn, type EventFilter } from './event-filter';
import { resourceName } from './resource-name';

/** What an event can be looked up by besides its time. */
type Attribute = 'request' | 'resource' | 'principal' | 'user' | 'failed' | 'name' | 'source';

/** The first two have no space in them, so a term means one thing only. */
const term = (accountId: string, attribute: Attribute, text: string): string => `${accountId} ${attribute} ${text}`;

/** The terms that lead to an event: one for each attribute that it has. */
export const termsOf = (event: AuditEvent): string[] => {
  const { recipientAccountId: account, userIdentity: who } = event;
  const terms = event.resources.map(({ arn }) => term(account, 'resource', resourceName(arn)));
  if (event.requestId !== '') terms.push(term(account, 'request', event.requestId));
  if (who.arn !== '') terms.push(term(account, 'principal', who.arn));
  if (who.userName !== '') terms.push(term(account, 'user', who.userName));
  if (event.errorCode !== '') terms.push(term(account, 'failed', ''));
  terms.push(term(account, 'name', event.eventName), term(account, 'source', event.eventSource));
  return terms;
};

/** The distinct terms of events, each with the place of the first event that has it. */
export const termsIn = (events: Iterable<{ event: AuditEvent; sequence: number }>): Map<string, number> => {
  const places = new Map<string, number>();
  for (const { event, sequence } of events) {
    for (const text of termsOf(event)) if (!places.has(text)) places.set(text, sequence);
  }
  return places;
};

/** The terms that every event has which the filter lets through, the rarest first. Times and success have none. */
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
