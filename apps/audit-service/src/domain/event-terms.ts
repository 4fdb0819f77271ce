import type { AuditEvent } from '@strongroom/audit-trail';
import { userNameOf } from '@strongroom/cloudtrail-record/user-name';
import { isArn, type EventFilter } from './event-filter';
import { resourceName } from './resource-name';

/** The attributes by which an event can be looked up, besides its time. */
type Attribute = 'request' | 'resource' | 'principal' | 'user' | 'failed' | 'name' | 'source' | LaterAttribute;
type LaterAttribute = 'type' | 'key' | 'write';

/**
 * Which terms lead to a block, as its row says. Set 1: request, resource, principal, user, failed, name, source. Set 2 also has
 * the names of role sessions under `user`, the types of resources, access keys, and `write` for what is not read-only.
 */
export type TermSet = 1 | 2;
export const TERM_SET: TermSet = 2;

/** The first two contain no space, so a term has only one meaning. */
const term = (accountId: string, attribute: Attribute, text: string): string => `${accountId} ${attribute} ${text}`;

const attributesOf = (event: AuditEvent, set: number, take: (attribute: Attribute, text: string) => void): void => {
  for (const { arn } of event.resources) take('resource', resourceName(arn));
  if (event.requestId !== '') take('request', event.requestId);
  if (event.userIdentity.arn !== '') take('principal', event.userIdentity.arn);
  if (event.userIdentity.userName !== '') take('user', event.userIdentity.userName);
  if (event.errorCode !== '') take('failed', '');
  take('name', event.eventName);
  take('source', event.eventSource);
  if (set < 2) return;
  const userName = userNameOf(event.userIdentity);
  if (userName !== '') take('user', userName);
  for (const { type } of event.resources) if (type !== '') take('type', type);
  if (event.userIdentity.accessKeyId !== '') take('key', event.userIdentity.accessKeyId);
  if (!event.readOnly) take('write', '');
};

/** The distinct terms that lead to events of one account, each with the place of the first event that has it. */
export const termsIn = (
  events: readonly { event: AuditEvent; sequence: number }[],
  set: number = TERM_SET,
): Map<string, number> => {
  // Most texts repeat, so each becomes a term only once.
  const places = new Map<Attribute, Map<string, number>>();
  for (const { event, sequence } of events) {
    attributesOf(event, set, (attribute, text) => {
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

/**
 * The terms that lead to every event that the filter accepts, in blocks with this set, the rarest first. Times, success and
 * reading have none; an event's id has a table of its own.
 */
export const filterTerms = (accountId: string, filter: EventFilter, set: TermSet = TERM_SET): string[] => {
  const { requestId, resource, principal, outcome, eventName, eventSource } = filter;
  const { accessKeyId, userName, readOnly, resourceType } = set < 2 ? {} : filter;
  const terms: string[] = [];
  const add = (attribute: Attribute, text: string | undefined) => {
    if (text) terms.push(term(accountId, attribute, text));
  };
  add('request', requestId);
  add('resource', resource && resourceName(resource));
  add('key', accessKeyId);
  add(principal && isArn(principal) ? 'principal' : 'user', principal);
  add('user', userName);
  if (outcome === 'failure') terms.push(term(accountId, 'failed', ''));
  if (readOnly === false) terms.push(term(accountId, 'write', ''));
  add('name', eventName);
  add('type', resourceType);
  add('source', eventSource);
  return terms;
};
