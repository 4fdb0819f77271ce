import { HTTP } from '@strongroom/bounds';
import { pollUntil } from '@strongroom/clock';
import { endpointOf } from '@strongroom/config';
import { closeAnswered } from '@strongroom/grpc-kit';
import { answerHealthCheck, HEALTH_CHECK } from '@strongroom/health-probe';
import { createServer as createPlainServer, type Server as PlainServer, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { type Connection, Connections } from './connections';
import type { Door } from './door';
import { answerGrpc, isGrpc } from './grpc-answer';
import { HttpVisit, type IncomingRequest } from './http-visit';
import type { WireResponse } from './request';

export interface HttpServerOptions {
  /** `host:port`; port 0 takes a free one. */
  listen: string;
  /** PEM. Absent: plain HTTP. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** The limits over all servers. */
  door: Door;
  /** Never rejects. Undefined if the client has gone and nobody waits for an answer. */
  answer: (visit: HttpVisit) => Promise<WireResponse | undefined>;
  /** The message for gRPC clients. */
  grpcHint: string;
  /** Called when a TLS handshake fails. */
  onHandshakeFailure?(address: string | undefined, error: Error): void;
  limits?: HttpPatience;
}

export interface RunningHttpServer {
  readonly port: number;
  /** Takes no more connections, lets requests in flight finish, and ends by force what is left after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

/** The time that a client may take; milliseconds. */
export interface HttpPatience {
  /** For the handshake, and again for headers. */
  headers: number;
  /** From the headers of a request to the last byte of its body. */
  request: number;
  /** Between requests. */
  idle: number;
}

const PATIENCE: HttpPatience = { headers: HTTP.headersMs, request: HTTP.requestMs, idle: HTTP.idleMs };

/** The interval at which Node looks for HTTP/1.1 requests that take too long. */
const CHECK_INTERVAL = 1_000;

type Response = ServerResponse | Http2ServerResponse;
type OnRequest = (request: IncomingRequest, response: Response) => void;

/** HTTP/1.1 and, over TLS, HTTP/2 on one port. */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningHttpServer> {
  const { listen, tls, door, answer, grpcHint, limits = PATIENCE } = options;
  let inFlight = 0;
  let draining = false;
  const connections = new Connections(door.connections);
  const sessions = new Set<ServerHttp2Session>();

  const onRequest: OnRequest = (request, response) => {
    if ('stream' in response) {
      if (request.url === HEALTH_CHECK) return answerHealthCheck(response, !draining);
      if (isGrpc(request as Http2ServerRequest)) return answerGrpc(response, grpcHint);
    }
    const connection = connectionOf(connections, request);
    if (connection === undefined) return void request.destroy();
    inFlight++;
    const ended = connection.begin(request, limits.request);
    void answer(new HttpVisit(request, connection, tls !== undefined, door)).then((answered) => {
      inFlight--;
      ended();
      if (answered === undefined) return void response.destroy?.();
      send(request, response, answered, draining || connection.isEnding);
    });
  };

  const server = tls === undefined ? plainServer(onRequest, limits) : secureServer(tls, onRequest, limits);
  server.maxConnections = HTTP.strangerConnections + HTTP.knownConnections;
  (server as Server).on('connection', (socket) => {
    connections.accept(socket);
    if (tls === undefined) connections.of(socket, socket)?.awaitRequest(limits.headers);
  });
  (server as Http2SecureServer).on('secureConnection', (socket: TLSSocket) =>
    connections.of(socket, socket)?.awaitRequest(limits.headers),
  );
  (server as Http2SecureServer).on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.idle, () => session.close());
    connections.of(session, session.socket)?.speaksHttp2(session);
  });
  (server as Http2SecureServer).on('tlsClientError', (error: Error, socket: TLSSocket) =>
    options.onHandshakeFailure?.(socket.remoteAddress, error),
  );
  const port = await bind(server, listen);

  return {
    port,
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      const end = Date.now() + graceMs;
      await pollUntil(() => inFlight === 0, graceMs, 10);
      // Answers that have been written leave before the connections go.
      await Promise.race([closed, delay(Math.max(0, Math.min(200, end - Date.now())))]);
      connections.destroy();
      await closed;
    },
  };
}

function connectionOf(connections: Connections, request: IncomingRequest): Connection | undefined {
  if (!('stream' in request)) return connections.of(request.socket, request.socket);
  const { session } = request.stream;
  return session === undefined || session.destroyed ? undefined : connections.of(session, session.socket);
}

const timeoutsOf = ({ headers, request, idle }: HttpPatience) => ({
  headersTimeout: headers,
  requestTimeout: request,
  keepAliveTimeout: idle,
  connectionsCheckingInterval: CHECK_INTERVAL,
});

function plainServer(onRequest: OnRequest, limits: HttpPatience): PlainServer {
  const server = createPlainServer({ ...timeoutsOf(limits), maxHeaderSize: HTTP.headerBytes }, onRequest);
  // Without this, Node would silently drop further headers.
  server.maxHeadersCount = 0;
  return server;
}

function secureServer(
  tls: { cert: string | Buffer; key: string | Buffer },
  onRequest: OnRequest,
  limits: HttpPatience,
): Http2SecureServer {
  const server = createSecureServer(
    {
      ...tls,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.headers,
      allowHTTP1: true,
      maxHeaderListPairs: HTTP.headers,
      maxSessionMemory: 10,
      settings: { maxConcurrentStreams: HTTP.streams, maxHeaderListSize: HTTP.headerBytes },
    },
    onRequest,
  );
  // Settings of its HTTP/1.1 half, which its options do not accept.
  Object.assign(server, { ...timeoutsOf(limits), maxHeadersCount: 0, maxHeaderSize: HTTP.headerBytes });
  // A client that breaks the protocol or its connection affects nobody else.
  server.on('sessionError', () => undefined);
  return server;
}

async function bind(server: PlainServer | Http2SecureServer, listen: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    (server as Server).once('error', reject);
    server.listen(endpointOf(listen), resolve);
  });
  return (server.address() as AddressInfo).port;
}

function send(request: IncomingRequest, response: Response, { status, headers, body }: WireResponse, ending: boolean): void {
  // The client may have gone meanwhile.
  response.on('error', () => undefined);
  if (response.destroyed) return;
  // Answers hold secrets, so nobody on the way may store them.
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), 'cache-control': 'no-store' };
  if ('stream' in response) return sendOnStream(response.stream, request.complete, { status, headers: all, body });
  response.writeHead(status, ending || !endsSoon(request) ? { ...all, connection: 'close' } : all);
  response.end(body);
}

/**
 * Resets a stream whose request has not ended after the whole answer has been sent, because nobody reads the rest of the request.
 * It does not use Node's response for that: the response sends the end of a stream in a frame of its own, which the reset would
 * overtake.
 */
function sendOnStream(stream: ServerHttp2Stream, requestEnded: boolean, { status, headers, body }: WireResponse): void {
  if (stream.destroyed) return;
  stream.on('error', () => undefined);
  if (!requestEnded) stream.once('finish', () => closeAnswered(stream));
  stream.respond({ ':status': status, ...headers });
  stream.end(body);
}

/** Whether it is worth reading the rest of a request, so that its connection can take the next one. */
const endsSoon = (request: IncomingRequest): boolean =>
  request.complete || Number(request.headers['content-length']) <= HTTP.bodyBytes;
