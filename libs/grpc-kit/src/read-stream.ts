import type {
  CallOptions as GrpcCallOptions,
  ClientDuplexStream,
  ClientReadableStream,
  Metadata,
  ServiceError,
} from '@grpc/grpc-js';
import { type CallOptions, metadataOf } from './call-unary';
import { serviceUnavailable } from '@strongroom/errors';
import { fromStatus } from './error-status';
import { UNREACHABLE } from './patient-channel';

/** Of a server stream. */
export type StreamOptions = Pick<CallOptions, 'signal' | 'token' | 'requestId' | 'onBehalfOf'> & {
  /** How long it waits for an unreachable server. Milliseconds; default: it does not. */
  patienceMs?: number;
};

/** A server-streaming method of a generated client, bound to it. */
export type ServerStreamMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
) => ClientReadableStream<Res>;

/**
 * The messages of a stream, which lives as long as its reader: leaving the loop or aborting the signal ends it. It has no
 * deadline; the connection's keepalive detects a dead server within 15 seconds.
 * @throws DomainError as the server sent it, or for a failure on the way
 */
export async function* readStream<Req, Res>(
  method: ServerStreamMethod<Req, Res>,
  request: Req,
  options: StreamOptions = {},
): AsyncGenerator<Res, void, undefined> {
  const stream = method(request, metadataOf(options, { waitForReady: options.patienceMs !== undefined }), {});
  yield* readOpen(stream, options);
}

/** The same of a bidirectional stream that was opened and asked. */
export function readDuplex<Res>(
  stream: ClientDuplexStream<never, Res>,
  signal?: AbortSignal,
): AsyncGenerator<Res, void, undefined> {
  return readOpen(stream, { signal });
}

async function* readOpen<Res>(
  stream: ClientReadableStream<Res> | ClientDuplexStream<never, Res>,
  options: Pick<StreamOptions, 'signal' | 'patienceMs'>,
): AsyncGenerator<Res, void, undefined> {
  const cancel = () => stream.cancel();
  let isUnreached = false;
  const giveUp = () => {
    isUnreached = true;
    cancel();
  };
  const timer = options.patienceMs === undefined ? undefined : setTimeout(giveUp, options.patienceMs);
  // Sent as soon as the server has admitted the call.
  stream.once('metadata', () => clearTimeout(timer));
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener('abort', cancel);
  try {
    for await (const message of stream) yield message as Res;
  } catch (error) {
    throw isUnreached ? serviceUnavailable(UNREACHABLE, { cause: error }) : fromStatus(error as ServiceError);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
    stream.on('error', () => undefined).cancel();
  }
}
