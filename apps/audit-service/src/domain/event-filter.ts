import type { AuditEvent } from '@strongroom/audit-trail';
import { userNameOf } from '@strongroom/cloudtrail-record/user-name';
import { resourceName } from './resource-name';

/** The requested events; all given conditions must hold. */
export interface EventFilter {
  startTime?: Date;
  /** Inclusive. */
  endTime?: Date;
  /** The ARN of a principal, or a user's name. */
  principal?: string;
  eventName?: string;
  /** The ARN of a resource, or a secret's name. */
  resource?: string;
  outcome?: 'success' | 'failure';
  requestId?: string;
  eventSource?: string;
  eventId?: string;
  readOnly?: boolean;
  /** Of a resource, such as `AWS::SecretsManager::Secret`. */
  resourceType?: string;
  /** Of the caller. */
  accessKeyId?: string;
  /** Of a user or of a role session. */
  userName?: string;
}

export const isArn = (text: string): boolean => text.startsWith('arn:');

/** A name finds every secret that has or had it; an ARN finds itself only. */
export const matchesResource = (wanted: string, arn: string): boolean =>
  isArn(wanted) ? wanted === arn : wanted === resourceName(arn);

export const matches = (filter: EventFilter, event: AuditEvent): boolean => {
  const { startTime, endTime, principal, eventName, resource, outcome, requestId, eventSource } = filter;
  const { eventId, readOnly, resourceType, accessKeyId, userName } = filter;
  const { userIdentity: who } = event;
  return (
    (startTime === undefined || event.eventTime >= startTime) &&
    (endTime === undefined || event.eventTime <= endTime) &&
    (principal === undefined || principal === (isArn(principal) ? who.arn : who.userName)) &&
    (eventName === undefined || eventName === event.eventName) &&
    (resource === undefined || event.resources.some(({ arn }) => matchesResource(resource, arn))) &&
    (outcome === undefined || (outcome === 'failure') === (event.errorCode !== '')) &&
    (requestId === undefined || requestId === event.requestId) &&
    (eventSource === undefined || eventSource === event.eventSource) &&
    (eventId === undefined || eventId === event.eventId) &&
    (readOnly === undefined || readOnly === event.readOnly) &&
    (resourceType === undefined || event.resources.some(({ type }) => type === resourceType)) &&
    (accessKeyId === undefined || accessKeyId === who.accessKeyId) &&
    (userName === undefined || userName === userNameOf(who))
  );
};

/**
 * A fast check of an event's encoding: false only if `matches` would be false. Decoding an event costs ten times as much, and a
 * lookup wants few events of a block.
 */
export const mayMatch = (filter: EventFilter): ((record: string) => boolean) => {
  const { principal, eventName, resource, outcome, requestId, eventSource } = filter;
  const { eventId, resourceType, accessKeyId, userName } = filter;
  const names = [eventId, accessKeyId, userName, resourceType];
  const texts = [requestId, resource && resourceName(resource), principal, eventName, eventSource, ...names]
    .filter((text) => text !== undefined)
    .map((text) => JSON.stringify(text).slice(1, -1));
  // An encoding ends in the code and the message of the error.
  const failure = outcome === 'failure';
  return (record) => texts.every((text) => record.includes(text)) && !(failure && record.endsWith(',"",""]'));
};
