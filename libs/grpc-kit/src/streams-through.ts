import type { Http2SecureServer, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server } from '@grpc/grpc-js';
import type { Connections } from './connections';
import type { Door } from './door';

type OnStream = (stream: ServerHttp2Stream, headers: object, flags?: number) => void;

/**
 * Puts the door before grpc-js: its server of HTTP/2 is its own, to which there is no public way, and what it does with a stream
 * begins with reading it.
 *
 * @throws Error should a later grpc-js keep it elsewhere
 */
export function streamsThrough(door: Door, connections: Connections, server: Server): void {
  const [http2Server] = [...(server['http2Servers'] as Map<Http2SecureServer, unknown>).keys()];
  const [read, ...others] = (http2Server?.listeners('stream') ?? []) as OnStream[];
  if (http2Server === undefined || read === undefined || others.length > 0) {
    throw new Error('this version of grpc-js keeps its HTTP/2 server elsewhere');
  }
  http2Server.prependListener('session', (session: ServerHttp2Session) => connections.open(session));
  http2Server.removeListener('stream', read as never);
  http2Server.on('stream', (stream, headers, _flags, rawHeaders?: readonly string[]) =>
    door.open(stream, headers, rawHeaders ?? [], read),
  );
}
