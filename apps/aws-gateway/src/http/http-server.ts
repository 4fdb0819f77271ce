import { createServer as createPlainServer, type Server as PlainServer, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type IncomingRequest } from './read-request';
import { type WireResponse } from './request';

export interface HttpServerOptions {
  /** `host:port`; port 0 takes a free one. */
  listen: string;
  /** PEM. Absent: plain HTTP. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Never rejects. Undefined: the client has gone, nobody waits for an answer. */
  answer(request: IncomingRequest, secure: boolean): Promise<WireResponse | undefined>;
}

export interface RunningHttpServer {
  readonly port: number;
  /** Takes no more connections, lets requests under way finish, and after `graceMs` ends by force what is left. */
  drain(graceMs: number): Promise<void>;
}

const MAX_CONNECTIONS = 10_000;
const MAX_HEADER_BYTES = 16 << 10;
/** What a client may take for its headers, and for all of a request. Milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
const KEEP_ALIVE = 75_000;
const MAX_STREAMS = 128;

type Response = ServerResponse | Http2ServerResponse;

/** HTTP/1.1 and, over TLS, HTTP/2 on one port. */
export async function startHttpServer({ listen, tls, answer }: HttpServerOptions): Promise<RunningHttpServer> {
  let inFlight = 0;
  let draining = false;
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();

  const onRequest = (request: IncomingRequest, response: Response): void => {
    inFlight++;
    // HTTP/2 has no limit of Node's own for it.
    const slow = setTimeout(() => request.destroy(), REQUEST_TIMEOUT);
    request.once('end', () => clearTimeout(slow));
    request.once('close', () => clearTimeout(slow));
    void answer(request, tls !== undefined).then((answered) => {
      inFlight--;
      if (answered === undefined) return void response.destroy?.();
      send(request, response, answered, draining);
    });
  };

  const server = tls === undefined ? plainServer(onRequest) : secureServer(tls, onRequest, sessions);
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

function plainServer(onRequest: (request: IncomingRequest, response: Response) => void): PlainServer {
  const options = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT };
  return createPlainServer({ ...options, keepAliveTimeout: KEEP_ALIVE }, onRequest);
}

function secureServer(
  tls: { cert: string | Buffer; key: string | Buffer },
  onRequest: (request: IncomingRequest, response: Response) => void,
  sessions: Set<ServerHttp2Session>,
): Http2SecureServer {
  const server = createSecureServer(
    {
      ...tls,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HEADERS_TIMEOUT,
      allowHTTP1: true,
      maxHeaderListPairs: 100,
      maxSessionMemory: 10,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
    },
    onRequest,
  );
  // Those of its HTTP/1.1 half, which its options do not take.
  Object.assign(server, { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(KEEP_ALIVE, () => session.close());
  });
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
