import { PassThrough } from 'node:stream';
import type { Client } from '@grpc/grpc-js';
import {
  AuditServiceClient,
  AuditServiceService,
  type LookupEventsRequest,
  LookupEventsResponse,
  type StreamEventsRequest,
  StreamEventsResponse,
  VerifyTrailResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import {
  DataKeyServiceClient,
  DataKeyServiceService,
  type StreamDataKeysRequest,
  StreamDataKeysResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unauthenticated } from '@strongroom/errors';
import type { IssuedCertificate } from '@strongroom/local-cluster';
import type { PeerPolicy } from '@strongroom/methods';
import { Metrics, createLogger } from '@strongroom/telemetry';
import { TestPki } from '@strongroom/testing';
import {
  type CallContext,
  type ConnectOptions,
  type RunningServer,
  type ServerOptions,
  type TlsMaterial,
  bidiStream,
  connect,
  createServer,
  serverStream,
  unary,
} from './index';

const { lookupEvents, streamEvents, streamTrailVerification, verifyTrail } = AuditServiceService;
/** A contract that gets no methods from elsewhere. */
const SOME_OF_AUDIT = { lookupEvents, streamEvents, streamTrailVerification, verifyTrail };
export const LOOKUP = '/strongroom.audit.v1.AuditService/LookupEvents';
export const FOLLOW = '/strongroom.audit.v1.AuditService/StreamEvents';
export const VERIFY_ON = '/strongroom.audit.v1.AuditService/StreamTrailVerification';
export const VERIFY = '/strongroom.audit.v1.AuditService/VerifyTrail';
export const DATA_KEYS = '/strongroom.keys.v1.DataKeyService/StreamDataKeys';

export interface TestCaller {
  name: string;
}
type Call = CallContext<TestCaller | undefined>;

/** What the methods of the test server do; each test says so for those it calls. */
export interface Behaviour {
  lookup(request: LookupEventsRequest, call: Call): Promise<LookupEventsResponse>;
  follow(request: StreamEventsRequest, call: Call): AsyncIterable<StreamEventsResponse>;
  dataKeys(
    requests: AsyncIterable<StreamDataKeysRequest>,
    call: Call,
    send: (response: StreamDataKeysResponse) => void,
  ): Promise<void>;
}

/** The answer of a lookup that carries one text. */
export function answer(text: string): LookupEventsResponse {
  return LookupEventsResponse.fromPartial({ nextToken: text });
}
export function event(id: string): StreamEventsResponse {
  return StreamEventsResponse.fromPartial({ event: { eventId: id } });
}
export function outcome(batchId: bigint): StreamDataKeysResponse {
  return StreamDataKeysResponse.fromPartial({ batchId });
}

export const everybody: PeerPolicy = {
  [LOOKUP]: { callers: 'authenticated', services: ['secrets-api'], onBehalf: ['aws-gateway'] },
  [FOLLOW]: { callers: 'authenticated' },
  [VERIFY]: { callers: 'none', services: ['secrets-api'] },
  [VERIFY_ON]: { callers: 'none' },
  [DATA_KEYS]: { callers: 'none', services: ['secrets-api'] },
};

/** A server with two real services on a free port, its authority, and what it logged. */
export class TestServer {
  readonly behaviour: Behaviour;
  readonly log: Record<string, unknown>[] = [];
  readonly metrics = new Metrics({ service: 'audit-service' });
  server!: RunningServer;
  private readonly clients: Client[] = [];

  private constructor(
    readonly pki: TestPki,
    behaviour: Partial<Behaviour>,
  ) {
    this.behaviour = {
      lookup: async () => answer('found'),
      follow: async function* () {
        yield event('1');
      },
      dataKeys: async (requests, _call, send) => {
        for await (const { batchId } of requests) send(outcome(batchId));
      },
      ...behaviour,
    };
  }

  static async start(
    behaviour: Partial<Behaviour> = {},
    options: Partial<ServerOptions<TestCaller>> = {},
    pki?: TestPki,
  ): Promise<TestServer> {
    const test = new TestServer(pki ?? (await TestPki.create()), behaviour);
    const lines = new PassThrough().on('data', (line: Buffer) =>
      test.log.push(JSON.parse(line.toString()) as Record<string, unknown>),
    );
    const tls = await test.pki.issueFiles({
      uri: 'spiffe://strongroom.local/service/audit-service',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    });
    test.server = await createServer<TestCaller>({
      service: 'audit-service',
      listen: '127.0.0.1:0',
      tls,
      trustDomain: 'strongroom.local',
      services: [
        {
          definition: SOME_OF_AUDIT,
          handlers: {
            lookupEvents: unary((request: LookupEventsRequest, call: Call) => test.behaviour.lookup(request, call)),
            streamEvents: serverStream((request: StreamEventsRequest, call: Call) => test.behaviour.follow(request, call)),
            streamTrailVerification: serverStream(async function* (_request, _call) {}),
            verifyTrail: unary(async (_request, _call) => VerifyTrailResponse.create()),
          },
        },
        {
          definition: DataKeyServiceService,
          handlers: {
            streamDataKeys: bidiStream(
              (requests: AsyncIterable<StreamDataKeysRequest>, call: Call, send: (response: StreamDataKeysResponse) => void) =>
                test.behaviour.dataKeys(requests, call, send),
            ),
          },
        },
      ],
      peerPolicy: everybody,
      authenticate: async ({ certificateUri, bearerToken, credentialId }) => {
        if (credentialId !== undefined) return { name: credentialId };
        if (bearerToken !== undefined) {
          if (bearerToken === 'good-token') return { name: 'by token' };
          throw unauthenticated('The security token included in the request is invalid.');
        }
        return { name: certificateUri! };
      },
      logger: createLogger({ service: 'audit-service', level: 'debug', destination: lines }),
      metrics: test.metrics,
      ...options,
    });
    return test;
  }

  get address(): string {
    return `localhost:${this.server.port}`;
  }

  static auditClient(options: ConnectOptions): AuditServiceClient {
    return connect(AuditServiceClient, options);
  }

  audit(tls: TlsMaterial, address = this.address): AuditServiceClient {
    const client = connect(AuditServiceClient, { address, tls, service: 'test', serverName: 'localhost' });
    this.clients.push(client);
    return client;
  }

  dataKeys(tls: TlsMaterial): DataKeyServiceClient {
    const client = connect(DataKeyServiceClient, { address: this.address, tls, service: 'test' });
    this.clients.push(client);
    return client;
  }

  /** The tls of a caller without a certificate. */
  get nobody(): TlsMaterial {
    return { ca: this.pki.ca };
  }

  user(name = 'ann'): Promise<IssuedCertificate> {
    return this.pki.user(name);
  }

  service(name = 'secrets-api'): Promise<IssuedCertificate> {
    return this.pki.service(name);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.server.close();
    this.pki.drop();
  }
}
