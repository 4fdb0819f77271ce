import { byPath, services } from '@strongroom/methods';
import type { CallerName, Plan, Request } from '../requests/plan';
import type { Answer } from '../senders/answer';
import { type Finding, generalise } from './finding';

const methods = byPath(services);

/** A call whose event the trail must show. */
export interface Expected {
  requestId: string;
  index: number;
  target: string;
  seen: string;
}

/** Callers that a service knows: the deputy is itself a service, except for the gateway. */
const known = (caller: CallerName, { via }: Request): boolean =>
  ['owner', 'powerless', 'stranger', 'narrow'].includes(caller) || (caller === 'deputy' && via === 'https');

/** Errors which say that the caller was not identified, or not even asked for. */
const BEFORE_KNOWING = new Set([
  'UNAUTHENTICATED',
  'UNIMPLEMENTED',
  'RESOURCE_EXHAUSTED',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  // A body that is no list of parameters does not even name the operation.
  'MalformedQueryString',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnknownOperationException',
  'InvalidAction',
  'RequestEntityTooLargeException',
  'RequestEntityTooLarge',
  'ThrottlingException',
  'Throttling',
]);

/** The event that a call leaves in the trail; undefined if it needs none of its own. */
export function expectedEvent({ index, target, caller, kind }: Plan, request: Request, answer: Answer): Expected | undefined {
  const { status, reason, requestId } = answer;
  if (request.via === 'wire' || requestId === undefined || !known(caller, request)) return undefined;
  if (BEFORE_KNOWING.has(status) || BEFORE_KNOWING.has(reason)) return undefined;
  // A service that cannot find out who calls says so, and has no name for an event.
  if (answer.message.startsWith('The caller could not be identified')) return undefined;
  if (request.via === 'grpc') {
    if (methods[request.path]?.callers !== 'authenticated') return undefined;
    // A call without time is answered without an event, and nothing was done.
    if (request.timeoutMs < 1_000 && (status === 'DEADLINE_EXCEEDED' || status === 'UNAVAILABLE')) return undefined;
    // Whoever claims to call on behalf of somebody else must first prove that.
    if ('strongroom-caller-bin' in request.metadata) return undefined;
    // An admitted stream leaves its event when it ends, and we leave before.
    if (request.isStream.response && status === 'OK') return undefined;
  }
  if (request.via === 'https' && (request.isUnsigned || kind === 'headers')) return undefined;
  return { requestId, index, target, seen: generalise(`${status} ${reason}`.trim()) };
}

/** The calls whose events are missing. */
export const checkTrail = (expected: readonly Expected[], recorded: ReadonlySet<string>): Finding[] =>
  expected
    .filter(({ requestId }) => !recorded.has(requestId))
    .map(({ index, target, seen }) => ({ check: 'no audit event', target, seen, index }));
