import { setTimeout as delay } from 'node:timers/promises';
import { type CallOptions as GrpcCallOptions, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';
import { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { backoff } from '@strongroom/random';
import { DomainError, deadlineExceeded, type ErrorKind, isDomainError } from '@strongroom/errors';
import { traceparent } from '@strongroom/tracing';
import { CALLER_REFERENCE } from './caller-header';
import { REQUEST_ID, fromStatus } from './error-status';
import { isUnreached } from './patient-channel';
import { TRACEPARENT } from './traced-client';

/** A method of a generated client, bound to it: `client.getSecretValue.bind(client)`. */
export type UnaryMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
  callback: (error: ServiceError | null, response: Res) => void,
) => ClientUnaryCall;

export interface CallOptions {
  /** When the caller's own answer is due, milliseconds since the Unix epoch; the call gets slightly less. */
  deadline?: number;
  /** Milliseconds, for a call without a caller. The earlier of the two counts; 10,000 if there is neither. */
  timeoutMs?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
  /** Makes one id name the work in all services. */
  requestId?: string;
  /** The call may be repeated: it is, with jitter, while the server is unavailable or busy and time is left. Default false. */
  idempotent?: boolean;
  /** The most times that an idempotent call is sent. Default 5. */
  maxAttempts?: number;
  /** Sent as `authorization: Bearer`. */
  token?: string;
  /** The caller, for services that may call on behalf of callers whom they have verified. */
  onBehalfOf?: CallerReference;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** The time that a hop reserves to pass on the answer, or the failure. Milliseconds. */
const SHAVE_MS = 20;
const DEFAULT_MAX_ATTEMPTS = 5;
const PAUSES = { first: 25, longest: 1_000 };

/**
 * Makes one call, always with a deadline. While there is no connection it waits for one, within the deadline and the patience of
 * its client (`connect`): what was never sent may be sent later, whatever it is.
 * @throws DomainError as the server sent it, or for a failure on the way
 */
export async function callUnary<Req, Res>(method: UnaryMethod<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> {
  const deadline = deadlineOf(options);
  const metadata = metadataOf(options, { waitForReady: true });
  const attempts = options.idempotent === true ? (options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS) : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(method, request, metadata, deadline, options.signal);
    } catch (error) {
      // What is no DomainError was not sent: the client is closed.
      const wait = attempt < attempts && isDomainError(error) ? pauseBefore(error, attempt) : undefined;
      if (wait === undefined || Date.now() + wait >= deadline) throw error;
      await delay(wait, undefined, { signal: options.signal }).catch(() => undefined);
    }
  }
}

/** The headers of a call. */
export function metadataOf(
  { requestId, token, onBehalfOf }: Pick<CallOptions, 'requestId' | 'token' | 'onBehalfOf'>,
  { waitForReady }: { waitForReady: boolean },
): Metadata {
  const metadata = new Metadata({ waitForReady });
  // Of whoever calls us: where this process makes spans itself, that of the call takes its place.
  const parent = traceparent();
  if (parent !== undefined) metadata.set(TRACEPARENT, parent);
  if (requestId !== undefined) metadata.set(REQUEST_ID, requestId);
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (onBehalfOf !== undefined) metadata.set(CALLER_REFERENCE, Buffer.from(CallerReference.encode(onBehalfOf).finish()));
  return metadata;
}

/** Milliseconds since the Unix epoch. */
export function deadlineOf({ deadline, timeoutMs }: Pick<CallOptions, 'deadline' | 'timeoutMs'>): number {
  const own = timeoutMs ?? (deadline === undefined ? DEFAULT_TIMEOUT_MS : Infinity);
  return Math.min(Date.now() + own, (deadline ?? Infinity) - SHAVE_MS);
}

const cancelled = (): DomainError =>
  new DomainError({ kind: 'cancelled', reason: 'RequestCanceledException', message: 'the call was cancelled' });

function once<Req, Res>(
  method: UnaryMethod<Req, Res>,
  request: Req,
  metadata: Metadata,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<Res> {
  if (signal?.aborted) return Promise.reject(cancelled());
  if (Date.now() >= deadline) return Promise.reject(deadlineExceeded('there was no time left for the call'));
  return new Promise((resolve, reject) => {
    const call = method(request, metadata, { deadline }, (error, response) => {
      signal?.removeEventListener('abort', cancel);
      if (error === null) resolve(response);
      else reject(fromStatus(error));
    });
    const cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel);
  });
}

const repeatable: ReadonlySet<ErrorKind> = new Set(['unavailable', 'aborted']);

/**
 * The wait before the next attempt, milliseconds: a random time up to a limit that doubles; undefined if a retry is useless, or
 * has already waited.
 */
function pauseBefore({ kind, metadata, cause }: DomainError, attempt: number): number | undefined {
  if (cause !== undefined && isUnreached(cause as ServiceError)) return undefined;
  const pause = backoff(attempt - 1, PAUSES);
  const asked = Number(metadata['retry_after_ms'] ?? NaN);
  if (asked >= 0) return asked + pause;
  return repeatable.has(kind) ? pause : undefined;
}
