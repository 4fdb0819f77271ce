import { CONSOLE, networkOf, plainAddress } from '@strongroom/bounds';
import { pollUntil } from '@strongroom/clock';
import { endpointOf } from '@strongroom/config';
import { Crowd } from '@strongroom/fairness';
import { answerHealthCheck, HEALTH_CHECK } from '@strongroom/health-probe';
import { randomUuid, type RandomSource } from '@strongroom/random';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { refusalOfHost, refusalOfUpgrade } from './request-guard';
import type { Site } from './site';

export type App = FastifyInstance<Http2SecureServer, Http2ServerRequest, Http2ServerResponse>;
export type Request = FastifyRequest<object, Http2SecureServer, Http2ServerRequest>;
export type Reply = FastifyReply<object, Http2SecureServer, Http2ServerRequest, Http2ServerResponse>;

export interface ConsoleServerOptions {
  /** `host:port`; port 0 takes a free one. */
  listen: string;
  /** PEM. */
  tls: { cert: string | Buffer; key: string | Buffer };
  site: Site;
  random: RandomSource;
  /** What went wrong without anybody expecting it. */
  onFailure(error: unknown, requestId: string): void;
  /** Adds what the server answers. */
  routes(app: App): void;
}

export interface RunningConsoleServer {
  readonly port: number;
  /** Takes no more connections, lets requests in flight finish, and ends by force what is left after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

export const TEXT = 'text/plain; charset=utf-8';

/** HTTP/2 and HTTP/1.1 over TLS: bounds, the headers of every answer, the check of the host, gRPC's health, and the end. */
export async function startConsoleServer(options: ConsoleServerOptions): Promise<RunningConsoleServer> {
  const { listen, site } = options;
  const app = makeApp(options);
  const connections = new Connections(app.server);
  let draining = false;
  let inFlight = 0;

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(site.headers);
    if (draining && request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
    inFlight++;
    reply.raw.once('close', () => void inFlight--);
    if (isHealthCheck(request)) return done();
    const refusal = refusalOfHost(request.headers, site.hosts) ?? refusalOfUpgrade(request.headers);
    if (refusal === undefined) return done();
    void reply.code(refusal.status).type(TEXT).send(refusal.message);
  });
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) options.onFailure(error, request.id);
    void reply
      .code(status)
      .type(TEXT)
      .send(status >= 500 ? 'Something went wrong in the console.' : 'The request is not valid.');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/grpc', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.post(HEALTH_CHECK, (request, reply) => {
    if (!isHealthCheck(request)) return reply.callNotFound();
    reply.hijack();
    answerHealthCheck(reply.raw, !draining);
  });
  options.routes(app);
  await app.listen(endpointOf(listen));
  const { port } = app.server.address() as AddressInfo;
  site.listensOn(port);

  return {
    port,
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) => void app.server.close(() => resolve()));
      connections.closeIdle();
      const end = Date.now() + graceMs;
      await pollUntil(() => inFlight === 0, graceMs, 10);
      // Answers that have been written leave before the connections go.
      await Promise.race([closed, delay(Math.max(0, Math.min(200, end - Date.now())))]);
      connections.destroy();
      await closed;
      await app.close();
    },
  };
}

function makeApp({ tls, random }: ConsoleServerOptions): App {
  const app: App = fastify({
    http2: true,
    https: {
      ...tls,
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      handshakeTimeout: CONSOLE.headersMs,
      maxSessionMemory: 10,
      settings: { maxConcurrentStreams: CONSOLE.streams, maxHeaderListSize: CONSOLE.headerBytes },
    },
    http2SessionTimeout: CONSOLE.idleMs,
    bodyLimit: CONSOLE.bodyBytes,
    requestTimeout: CONSOLE.requestMs,
    keepAliveTimeout: CONSOLE.idleMs,
    return503OnClosing: false,
    genReqId: () => randomUuid(random),
  });
  // Settings of its HTTP/1.1 half, which its options do not take.
  Object.assign(app.server, { headersTimeout: CONSOLE.headersMs, maxHeaderSize: CONSOLE.headerBytes });
  // A client that breaks the protocol or its connection affects nobody else.
  app.server.on('sessionError', () => undefined);
  return app;
}

const isHealthCheck = ({ raw }: Request): boolean => raw.url === HEALTH_CHECK && raw.httpVersionMajor === 2;

/** The connections of the server, of which there are only so many. */
class Connections {
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly crowd = new Crowd(CONSOLE.connections);

  constructor(server: Http2SecureServer) {
    server.on('connection', (socket: Socket) => {
      const place = this.crowd.enter(networkOf(plainAddress(socket.remoteAddress)), 1, () => socket.destroy());
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        place.leave();
      });
    });
    server.on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
    });
  }

  /** Each takes no more requests, and ends after those in flight. */
  closeIdle(): void {
    for (const session of this.sessions) session.close();
  }

  destroy(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
