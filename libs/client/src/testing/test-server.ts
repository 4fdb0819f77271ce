import { PassThrough } from 'node:stream';
import { AuditServiceService } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { SecretsServiceService } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { DomainError, unauthenticated } from '@strongroom/errors';
import {
  bidiStream,
  type CallContext,
  createServer,
  type RunningServer,
  type ServerOptions,
  serverStream,
  unary,
} from '@strongroom/grpc-kit';
import { createLogger, Metrics } from '@strongroom/telemetry';
import { TestPki } from '@strongroom/testing';

type Call = CallContext<{ name: string }>;
type Unary = (request: never, call: Call) => unknown;
type Stream = (request: never, call: Call) => AsyncIterable<unknown>;

const services = [SecretsServiceService, AuditServiceService];
const notHere = () => {
  throw new DomainError({ kind: 'unimplemented', reason: 'UnknownOperationException', message: 'not here' });
};

/**
 * A server over mutual TLS whose methods do what a test says. It admits certificates of its authority and the tokens that it is
 * given.
 */
export class TestServer {
  readonly behaviour: Record<string, Unary | Stream> = {};
  readonly tokens = new Set<string>();

  private constructor(
    readonly pki: TestPki,
    readonly server: RunningServer,
  ) {}

  static async start(options: Partial<ServerOptions<{ name: string }>> = {}): Promise<TestServer> {
    const pki = await TestPki.create();
    const behaviour = (method: string): Unary | Stream => test.behaviour[method] ?? notHere;
    const handlers = (service: object) =>
      Object.fromEntries(
        Object.entries(service as Record<string, { requestStream: boolean; responseStream: boolean }>).map(
          ([method, { requestStream, responseStream }]) => [
            method,
            requestStream
              ? bidiStream(async (requests: AsyncIterable<never>, call: Call, send) => {
                  for await (const response of (behaviour(method) as Stream)(requests as never, call)) send(response);
                })
              : responseStream
                ? serverStream((request: never, call: Call) => (behaviour(method) as Stream)(request, call))
                : unary(async (request: never, call: Call) => (behaviour(method) as Unary)(request, call)),
          ],
        ),
      );
    const server = await createServer<{ name: string }>({
      service: 'secrets-api',
      listen: '127.0.0.1:0',
      tls: await pki.issueFiles({
        uri: 'spiffe://strongroom.local/service/secrets-api',
        dnsNames: ['localhost'],
        ipAddresses: ['127.0.0.1'],
      }),
      trustDomain: 'strongroom.local',
      services: services.map((definition) => ({ definition, handlers: handlers(definition) })),
      peerPolicy: Object.fromEntries(
        services.flatMap((definition) =>
          Object.values<{ path: string }>(definition).map(({ path }) => [path, { callers: 'authenticated' as const }]),
        ),
      ),
      authenticate: async ({ certificateUri, bearerToken }) => {
        if (bearerToken === undefined) return { name: certificateUri! };
        if (test.tokens.has(bearerToken)) return { name: bearerToken };
        throw unauthenticated('The security token included in the request is invalid.');
      },
      logger: createLogger({ service: 'secrets-api', level: 'error', destination: new PassThrough().resume() }),
      metrics: new Metrics({ service: 'secrets-api' }),
      ...options,
    });
    const test: TestServer = new TestServer(pki, server);
    return test;
  }

  get address(): string {
    return `localhost:${this.server.port}`;
  }

  async stop(): Promise<void> {
    await this.server.close();
    this.pki.drop();
  }
}
