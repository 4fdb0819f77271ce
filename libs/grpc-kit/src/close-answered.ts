import { constants, type ServerHttp2Stream } from 'node:http2';

/**
 * Ends a stream whose answer has been given whole: what its client sends now, nobody reads.
 * Not at once: while a session reads, Node sends nothing, and from Node 22 on a reset of that time discards the answer.
 */
export function closeAnswered(stream: ServerHttp2Stream): void {
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}
