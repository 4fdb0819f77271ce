import { AGENT } from '@strongroom/bounds';
import { pollUntil } from '@strongroom/clock';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, textAnswer } from './answer';
import { listen } from './listen';
import type { ListenAddress } from './listen-address';
import { type RefusalReason, refusals, type RequestGate } from './request-gate';
import { isAnswer, readSecretRequest, type SecretRequest } from './secret-request';

/** What answers requests for secrets. */
export interface SecretAnswers {
  /** What is known of a request with this address; undefined: `answer` must be asked. */
  known(url: string): Answer | undefined;
  /** Never rejects. */
  answer(asked: SecretRequest, url: string): Promise<Answer>;
}

/** How long clients may take, milliseconds. */
export interface Patience {
  headers: number;
  idle: number;
}

export interface AgentServerOptions {
  address: ListenAddress;
  gate: RequestGate;
  secrets: SecretAnswers;
  /** Such as `/v1/`. */
  pathPrefix: string;
  /** The most connections on which programs are answered. */
  maxConnections: number;
  onRefused: (reason: RefusalReason | 'malformed') => void;
  /** For tests. */
  patience?: Patience;
}

export interface AgentServer {
  /** 0 for a Unix socket. */
  readonly port: number;
  /** Accepts nothing more, and lets what is in flight finish within `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

const HEALTHY = textAnswer(200, 'healthy');
const PING = '/ping';
const CHECK_INTERVAL = 1_000;

/** Serves `/ping`, `/secretsmanager/get` and paths with the prefix, over plain HTTP/1.1. */
export async function startAgentServer(options: AgentServerOptions): Promise<AgentServer> {
  const { gate, secrets, pathPrefix, onRefused } = options;
  const { headers, idle } = options.patience ?? { headers: AGENT.headersMs, idle: AGENT.idleMs };
  /** Those that may still ask. */
  const connections = new Set<Socket>();
  let inFlight = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url!;
    // It was refused, and ends: what it sent behind that is not read.
    if (!connections.has(request.socket)) return;
    if (url === PING || url.startsWith(`${PING}?`))
      return send(response, request.method === 'GET' ? HEALTHY : refusals.method.answer);
    const refusal = gate.check(request, connections.size) ?? (inFlight < AGENT.inFlight ? undefined : refusals.busy);
    if (refusal !== undefined) {
      onRefused(refusal.reason);
      connections.delete(request.socket);
      response.shouldKeepAlive = false;
      return send(response, refusal.answer);
    }
    const known = secrets.known(url);
    if (known !== undefined) return send(response, known);
    const asked = readSecretRequest(url, pathPrefix);
    if (isAnswer(asked)) return send(response, asked);
    inFlight++;
    void secrets.answer(asked, url).then((found) => {
      inFlight--;
      send(response, found);
    });
  };

  const server = createServer(
    {
      maxHeaderSize: AGENT.headerBytes,
      // The gate has a rule of its own.
      requireHostHeader: false,
      headersTimeout: headers,
      requestTimeout: headers,
      keepAliveTimeout: idle,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL, headers),
    },
    answer,
  );
  // Without this, Node would silently drop further headers.
  server.maxHeadersCount = 0;
  server.maxConnections = options.maxConnections + AGENT.healthConnections;
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // It has its answer already: the rest is what was wrong with the same request, or came behind it.
    if (!connections.delete(socket)) return void socket.destroySoon();
    if (error.code !== 'ECONNRESET') onRefused('malformed');
    refuseMalformed(error, socket);
  });
  const port = await listen(server, options.address);

  return {
    port,
    async drain(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await pollUntil(() => inFlight === 0, graceMs, 10);
      await Promise.race([closed, closeAll(server, 200)]);
      await closed;
    },
  };
}

/** Answers that have been written leave before the connections go. */
const closeAll = async (server: Server, milliseconds: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
  server.closeAllConnections();
};

function send(response: ServerResponse, answer: Answer): void {
  // The client may have gone meanwhile.
  if (response.destroyed) return;
  answer.lend?.(response);
  response.writeHead(answer.status, answer.headers as string[]);
  response.end(answer.body);
}

const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseMalformed({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy();
  socket.end(`HTTP/1.1 ${STATUS_LINES[code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
