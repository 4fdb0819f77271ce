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

/** Callers whom a service knows: the deputy is a service itself, but for the gateway. */
const known = (caller: CallerName, { via }: Request): boolean =>
  ['owner', 'powerless', 'stranger', 'narrow'].includes(caller) || (caller === 'deputy' && via === 'https');

/** What says that it was not found out who calls, or not even asked. */
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
  // What is no list of parameters does not even say which operation is meant.
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

/** The event that a call leaves in the trail; undefined where it need not leave one of its own. */
export function expectedEvent({ index, target, caller, kind }: Plan, request: Request, answer: Answer): Expected | undefined {
  const { status, reason, requestId } = answer;
  if (request.via === 'wire' || requestId === undefined || !known(caller, request)) return undefined;
  if (BEFORE_KNOWING.has(status) || BEFORE_KNOWING.has(reason)) return undefined;
  // A service that cannot ask who calls says so, and has no name for an event.
  if (answer.message.startsWith('The caller could not be identified')) return undefined;
  if (request.via === 'grpc') {
    if (methods[request.path]?.callers !== 'authenticated') return undefined;
    // Who gives no time for it is answered without one, and nothing was done.
    if (request.timeoutMs < 1_000 && (status === 'DEADLINE_EXCEEDED' || status === 'UNAVAILABLE')) return undefined;
    // Who says that it calls for somebody else is asked for that first.
    if ('strongroom-caller-bin' in request.metadata) return undefined;
    // A stream that was let in has its event when it ends, and we leave before.
    if (request.isStream.response && status === 'OK') return undefined;
  }
  if (request.via === 'https' && (request.isUnsigned || kind === 'headers')) return undefined;
  return { requestId, index, target, seen: generalise(`${status} ${reason}`.trim()) };
}

/** Those of the calls whose events are missing. */
export const checkTrail = (expected: readonly Expected[], recorded: ReadonlySet<string>): Finding[] =>
  expected
    .filter(({ requestId }) => !recorded.has(requestId))
    .map(({ index, target, seen }) => ({ check: 'no audit event', target, seen, index }));
