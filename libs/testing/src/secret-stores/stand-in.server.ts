import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { CertificateFiles } from '@strongroom/local-cluster';

export interface StandInRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface StandInAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * A server on the loopback interface that plays somebody else's API, as its public documentation describes it. It can be told to
 * answer the next requests otherwise, as a busy server does.
 */
export abstract class StandInServer {
  readonly requests: StandInRequest[] = [];
  private readonly faults: StandInAnswer[] = [];
  private server: Server | undefined;
  private secure = false;

  protected abstract answer(request: StandInRequest): StandInAnswer;

  /** @param certificate absent: plain HTTP */
  async start(certificate?: CertificateFiles): Promise<this> {
    this.secure = certificate !== undefined;
    const handle = (incoming: IncomingMessage, respond: (answer: StandInAnswer) => void) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.once('end', () => {
        const { pathname, searchParams } = new URL(incoming.url!, 'http://stand-in');
        const { method = 'GET', headers } = incoming;
        const request = { method, path: pathname, query: searchParams, headers, body: Buffer.concat(parts).toString() };
        this.requests.push(request);
        respond(this.faults.shift() ?? this.answer(request));
      });
    };
    const listener: Parameters<typeof createServer>[1] = (incoming, response) =>
      handle(incoming, ({ status, body, headers = {} }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
      });
    this.server =
      certificate === undefined
        ? createServer(listener)
        : createTlsServer({ cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }, listener);
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get address(): string {
    return `${this.secure ? 'https' : 'http'}://localhost:${(this.server!.address() as AddressInfo).port}`;
  }

  /** What the next requests are answered with, in this order. */
  failNext(...answers: StandInAnswer[]): void {
    this.faults.push(...answers);
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }
}
