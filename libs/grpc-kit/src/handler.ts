import type { CallContext } from './call-context';

/** One request, one response. */
export interface UnaryHandler<Req = never, Res = unknown, Caller = never> {
  readonly kind: 'unary';
  readonly handle: (request: Req, call: CallContext<Caller>) => Promise<Res>;
}

/** One request, many responses. */
export interface ServerStreamHandler<Req = never, Res = unknown, Caller = never> {
  readonly kind: 'server-stream';
  readonly handle: (request: Req, call: CallContext<Caller>) => AsyncIterable<Res>;
}

/** @param send calls `onSent` when the connection has taken the response */
type BidiStreamHandle<Req, Res, Caller> = (
  requests: AsyncIterable<Req>,
  call: CallContext<Caller>,
  send: (response: Res, onSent?: () => void) => void,
) => Promise<void>;

/** Many requests, many responses. */
export interface BidiStreamHandler<Req = never, Res = unknown, Caller = never> {
  readonly kind: 'bidi-stream';
  readonly handle: BidiStreamHandle<Req, Res, Caller>;
  /** When the server stops, the handler has the whole grace period for what it has taken; otherwise half a second. */
  readonly finishes?: boolean;
}

// With the defaults above, each of these is the supertype of all handlers of its kind.
export type Handler = UnaryHandler | ServerStreamHandler | BidiStreamHandler;

/**
 * A handler of a unary call. It has no `catch` and no status codes: the table in `error-status.ts` converts what it throws, and
 * an error that is not a DomainError reaches the caller as "internal error".
 */
export function unary<Req, Res, Caller = unknown>(
  handle: (request: Req, call: CallContext<Caller>) => Promise<Res>,
): UnaryHandler<Req, Res, Caller> {
  return { kind: 'unary', handle };
}

/**
 * A handler of a server stream. The next response is requested when the caller has room for it; the iterable is closed when the
 * call ends.
 */
export function serverStream<Req, Res, Caller = unknown>(
  handle: (request: Req, call: CallContext<Caller>) => AsyncIterable<Res>,
): ServerStreamHandler<Req, Res, Caller> {
  return { kind: 'server-stream', handle };
}

/**
 * A handler of a bidirectional stream. `requests` ends when the caller has sent its last one; the call ends when the promise
 * settles. `send` writes at once and never waits. A caller that does not read loses the stream (RESOURCE_EXHAUSTED) if too much
 * waits for it; sending to an ended stream does nothing.
 */
export function bidiStream<Req, Res, Caller = unknown>(
  handle: BidiStreamHandle<Req, Res, Caller>,
  { finishes = false } = {},
): BidiStreamHandler<Req, Res, Caller> {
  return { kind: 'bidi-stream', handle, finishes };
}
