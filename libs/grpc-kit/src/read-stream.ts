import { type CallOptions as GrpcCallOptions, type ClientReadableStream, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { type CallOptions, metadataOf } from './call-unary';
import { fromStatus } from './error-status';

/** A server-streaming method of a generated client, bound to it. */
export type ServerStreamMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
) => ClientReadableStream<Res>;

/**
 * The messages of a stream, which lives for as long as its reader goes on: leaving the loop, and the signal, end it. It has no
 * deadline; the connection's keepalive finds a server that is gone within 15 seconds.
 *
 * @throws DomainError as the server sent it, or for what happened on the way
 */
export async function* readStream<Req, Res>(
  method: ServerStreamMethod<Req, Res>,
  request: Req,
  options: Pick<CallOptions, 'signal' | 'token' | 'requestId'> = {},
): AsyncGenerator<Res, void, undefined> {
  const stream = method(request, metadataOf(options), {});
  const cancel = () => stream.cancel();
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener('abort', cancel);
  try {
    for await (const message of stream) yield message as Res;
  } catch (error) {
    throw fromStatus(error as ServiceError);
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    stream.on('error', () => undefined).cancel();
  }
}
