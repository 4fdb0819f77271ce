import type { AuditEvent, UserIdentity, UserIdentityType } from './audit-event';

/**
 * The only encoding of an event, in the journal, in the database and under the hash: a JSON array with a fixed place for every
 * field, serialised as RFC 8785 does (strings as ECMAScript writes them, no white space), maps as pairs in the order of their
 * keys' UTF-16 code units. The first element is the version; another shape needs another version. Version 2 is version 1 with the
 * attributes of a session at the end of the identity, and is only for events that have them: so every event has one encoding, and
 * those that were hashed as version 1 keep theirs.
 * Two events differ if and only if their encodings do: places are fixed, strings are quoted, and even a lone surrogate, which
 * UTF-8 cannot distinguish from its replacement, is written as an escape.
 */
const [WITHOUT_SESSION, WITH_SESSION] = [1, 2];

/** The longest encoding, in UTF-16 code units; longer events are refused. */
export const MAX_ENCODED_LENGTH = 60_000;

/** An event with its encoding, for those who need both: an event has only one, so it need not be encoded twice. */
export interface EncodedEvent {
  event: AuditEvent;
  record: string;
}

type Pairs = [name: string, value: string][];

const pairs = (map: Record<string, string>): Pairs => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export function encodeEvent(event: AuditEvent): string {
  return JSON.stringify([
    event.userIdentity.sessionAttributes ? WITH_SESSION : WITHOUT_SESSION,
    event.eventId,
    event.eventTime.toISOString(),
    event.eventSource,
    event.eventName,
    event.awsRegion,
    event.recipientAccountId,
    identityFields(event.userIdentity),
    event.sourceIpAddress,
    event.userAgent,
    event.requestId,
    event.readOnly,
    event.resources.map(({ arn, type, versionId }) => [arn, type, versionId]),
    pairs(event.requestParameters),
    pairs(event.responseElements),
    event.errorCode,
    event.errorMessage,
  ]);
}

const identityFields = (who: UserIdentity): IdentityFields => {
  const { sessionAttributes } = who;
  const lasting = [
    who.type,
    who.principalId,
    who.arn,
    who.accountId,
    who.accessKeyId,
    who.userName,
    who.sessionIssuerArn,
  ] as const;
  if (!sessionAttributes) return lasting;
  return [...lasting, sessionAttributes.creationDate.toISOString(), sessionAttributes.mfaAuthenticated];
};

export class EventEncodingError extends Error {
  override readonly name = 'EventEncodingError';
}

/** @throws `EventEncodingError` for anything that `encodeEvent` would not write: each event has exactly one accepted encoding */
export function decodeEvent(text: string): AuditEvent {
  let event: AuditEvent;
  try {
    event = fromArray(JSON.parse(text));
    if (encodeEvent(event) === text) return event;
  } catch (error) {
    throw error instanceof EventEncodingError ? error : new EventEncodingError('not an encoded event', { cause: error });
  }
  throw new EventEncodingError('not the canonical encoding of an event');
}

type LastingIdentity = readonly [
  type: UserIdentityType,
  principalId: string,
  arn: string,
  accountId: string,
  accessKeyId: string,
  userName: string,
  sessionIssuerArn: string,
];
type IdentityFields = LastingIdentity | readonly [...LastingIdentity, creationDate: string, mfaAuthenticated: boolean];

/** The fields in their places, if it is an event: `fromArray` and the comparison of encodings see to that. */
type Fields = [
  version: number,
  eventId: string,
  time: string,
  eventSource: string,
  eventName: string,
  awsRegion: string,
  recipientAccountId: string,
  who: IdentityFields,
  sourceIpAddress: string,
  userAgent: string,
  requestId: string,
  readOnly: unknown,
  resources: [arn: string, type: string, versionId: string][],
  parameters: Pairs,
  elements: Pairs,
  errorCode: string,
  errorMessage: string,
];

/** Takes each field from its place. The caller's comparison of encodings refuses fields of another type and surplus ones. */
const fromArray = (parsed: unknown): AuditEvent => {
  if (!Array.isArray(parsed)) throw new EventEncodingError('not an encoded event');
  if (parsed[0] !== WITHOUT_SESSION && parsed[0] !== WITH_SESSION) {
    throw new EventEncodingError(`event encoding version ${String(parsed[0])} is not known`);
  }
  const [, eventId, time, eventSource, eventName, awsRegion, recipientAccountId, who, sourceIpAddress, userAgent] =
    parsed as Fields;
  const [, , , , , , , , , , requestId, readOnly, resources, parameters, elements, errorCode, errorMessage] = parsed as Fields;
  requireStrings([eventId, time, eventSource, eventName, awsRegion, recipientAccountId, sourceIpAddress, userAgent, requestId]);
  requireStrings([errorCode, errorMessage]);
  for (const texts of [...resources, ...parameters, ...elements]) requireStrings(texts);
  if (typeof readOnly !== 'boolean') throw new EventEncodingError('readOnly is not a boolean');
  return {
    eventId,
    eventTime: new Date(time),
    eventSource,
    eventName,
    awsRegion,
    recipientAccountId,
    userIdentity: identityOf(who),
    sourceIpAddress,
    userAgent,
    requestId,
    readOnly,
    resources: resources.map(([resource, kind, versionId]) => ({
      arn: resource,
      type: kind,
      versionId,
    })),
    requestParameters: Object.fromEntries(parameters),
    responseElements: Object.fromEntries(elements),
    errorCode,
    errorMessage,
  };
};

const identityOf = (who: IdentityFields): UserIdentity => {
  const [type, principalId, arn, accountId, accessKeyId, userName, sessionIssuerArn, creationDate, mfaAuthenticated] = who;
  requireStrings([type, principalId, arn, accountId, accessKeyId, userName, sessionIssuerArn]);
  const lasting: UserIdentity = { type, principalId, arn, accountId, accessKeyId, userName, sessionIssuerArn };
  if (creationDate === undefined) return lasting;
  requireStrings([creationDate]);
  if (typeof mfaAuthenticated !== 'boolean') throw new EventEncodingError('mfaAuthenticated is not a boolean');
  return { ...lasting, sessionAttributes: { creationDate: new Date(creationDate), mfaAuthenticated } };
};

const requireStrings = (texts: Iterable<unknown>): void => {
  for (const text of texts) if (typeof text !== 'string') throw new EventEncodingError('a field of the event is not a string');
};
