import { createServer as createPlainServer, type Server as PlainServer, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerHealthCheck, HEALTH_CHECK } from './health-check';
import { type IncomingRequest } from './read-request';
import { type WireResponse } from './request';

export interface HttpServerOptions {
  /** `host:port`; port 0 takes a free one. */
  listen: string;
  /** PEM. Absent: plain HTTP. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Never rejects. Undefined: the client has gone, nobody waits for an answer. */
  answer(request: IncomingRequest, secure: boolean): Promise<WireResponse | undefined>;
  /** What a client may take, in milliseconds. */
  limits?: typeof LIMITS;
}

export interface RunningHttpServer {
  readonly port: number;
  /** Takes no more connections, lets requests under way finish, and after `graceMs` ends by force what is left. */
  drain(graceMs: number): Promise<void>;
}

const MAX_CONNECTIONS = 10_000;
const MAX_HEADER_BYTES = 16 << 10;
/** For its first headers, for all of a request, and between requests. */
const LIMITS = { headers: 10_000, request: 30_000, idle: 75_000 };
const MAX_STREAMS = 128;

type Response = ServerResponse | Http2ServerResponse;

/** HTTP/1.1 and, over TLS, HTTP/2 on one port. */
export async function startHttpServer({ listen, tls, answer, limits = LIMITS }: HttpServerOptions): Promise<RunningHttpServer> {
  let inFlight = 0;
  let draining = false;
  const sockets = new Set<Socket>();
  /** Connections on which nothing has been asked yet, each with what ends it. */
  const silent = new Map<unknown, NodeJS.Timeout>();
  const speaks = (socket: unknown) => clearTimeout(silent.get(socket));
  const sessions = new Set<ServerHttp2Session>();

  const onRequest = (request: IncomingRequest, response: Response): void => {
    if (request.url === HEALTH_CHECK && 'stream' in response) return answerHealthCheck(response, !draining);
    inFlight++;
    speaks(request.socket);
    // Node's own limits are checked every half minute only, and not for HTTP/2.
    const slow = setTimeout(() => request.destroy(), limits.request);
    request.once('end', () => clearTimeout(slow));
    request.once('close', () => clearTimeout(slow));
    void answer(request, tls !== undefined).then((answered) => {
      inFlight--;
      if (answered === undefined) return void response.destroy?.();
      send(request, response, answered, draining);
    });
  };

  const server = tls === undefined ? plainServer(onRequest, limits) : secureServer(tls, onRequest, limits);
  (server as Server).on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    // A session of HTTP/2 has the time that it may be idle.
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
    silent.set(
      socket,
      setTimeout(() => socket.destroy(), limits.headers),
    );
    socket.once('close', () => {
      speaks(socket);
      silent.delete(socket);
    });
  });
  (server as Http2SecureServer).on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.idle, () => session.close());
  });
  server.maxConnections = MAX_CONNECTIONS;
  (server as Server).on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await bind(server, listen);

  return {
    port,
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      const end = Date.now() + graceMs;
      while (inFlight > 0 && Date.now() < end) await delay(10);
      // Answers that have been written leave before the connections go.
      await Promise.race([closed, delay(Math.max(0, Math.min(200, end - Date.now())))]);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type OnRequest = (request: IncomingRequest, response: Response) => void;

const timeoutsOf = ({ headers, request, idle }: typeof LIMITS) => ({
  headersTimeout: headers,
  requestTimeout: request,
  keepAliveTimeout: idle,
});

const plainServer = (onRequest: OnRequest, limits: typeof LIMITS): PlainServer =>
  createPlainServer({ ...timeoutsOf(limits), maxHeaderSize: MAX_HEADER_BYTES }, onRequest);

function secureServer(
  tls: { cert: string | Buffer; key: string | Buffer },
  onRequest: OnRequest,
  limits: typeof LIMITS,
): Http2SecureServer {
  const server = createSecureServer(
    {
      ...tls,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.headers,
      allowHTTP1: true,
      maxHeaderListPairs: 100,
      maxSessionMemory: 10,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
    },
    onRequest,
  );
  // Those of its HTTP/1.1 half, which its options do not take.
  Object.assign(server, timeoutsOf(limits));
  // A client that breaks the protocol, or its connection, concerns nobody else.
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  return server;
}

async function bind(server: PlainServer | Http2SecureServer, listen: string): Promise<number> {
  const separator = listen.lastIndexOf(':');
  const host = listen.slice(0, separator).replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    (server as Server).once('error', reject);
    server.listen(Number(listen.slice(separator + 1)), host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function send(request: IncomingRequest, response: Response, { status, headers, body }: WireResponse, draining: boolean): void {
  // The client may have gone meanwhile.
  response.on('error', () => undefined);
  if (response.destroyed) return;
  const closing = request.httpVersionMajor === 1 && (draining || !request.complete) ? { connection: 'close' } : {};
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  // Answers hold secrets: nobody on the way keeps them.
  (response as ServerResponse).writeHead(status, { ...headers, ...length, 'cache-control': 'no-store', ...closing });
  response.end(body);
}
