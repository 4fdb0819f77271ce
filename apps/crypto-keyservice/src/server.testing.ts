import {
  FakePrincipalSource,
  callerForTests,
  RecordingAuthorizer,
  serviceCaller,
  type Caller,
  type CallerForTests,
  type CallerReference,
} from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import * as messages from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { DataKeyOutcome, StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { migrateSchema } from '@strongroom/database';
import { connectTo, fromStatus, type ServiceClient } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt } from '@strongroom/grpc-kit/testing';
import { pairOf } from '@strongroom/key-algorithms/testing';
import { dataKeyService, keyService } from '@strongroom/methods';
import { systemRandom } from '@strongroom/random';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, PATIENCE_MS, TestPki, type TestDatabase } from '@strongroom/testing';
import { migrations } from './persistence/migrations';
import { serveKeys } from './server';
import type { LastUses } from './domain/last-uses';
import type { KeyKeeper } from './workers/key-keeper';

export const accountId = '000000000000';
export const region = 'us-east-1';
const trustDomain = 'strongroom.local';

/** The names of what a call answers with when it fails. */
export function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: Error & { reason?: string }) => error.reason ?? String(error),
  );
}

/** One caller's view of the service: each RPC as a function that rejects with a DomainError. */
export type Keys = OneAttempt<typeof keyService>;

/** The service with a real database and real connections; principals, clock and audit trail belong to the test. */
export class TestKeyservice {
  readonly clock = new ManualClock('2026-11-01T00:00:00Z');
  readonly principals = new FakePrincipalSource();
  readonly recorder = new InMemoryRecorder();
  readonly authorizer = new RecordingAuthorizer({ region, clock: this.clock });
  /** The content of its root key file. */
  readonly rootKey = systemRandom.bytes(32).toString('base64');
  private readonly clients: { close(): void }[] = [];
  private service!: RunningService;
  /** Does at once what becomes due by itself. */
  keeper!: KeyKeeper;
  lastUses!: LastUses;

  private constructor(
    readonly database: TestDatabase,
    readonly pki: TestPki,
    private readonly generateWrappingPair?: typeof pairOf,
  ) {}

  /** @param wrappingPairs by which material is imported; 'known': the same each time, for who does not ask how they are made */
  static async start({ wrappingPairs }: { wrappingPairs?: 'known' } = {}): Promise<TestKeyservice> {
    const pairs = wrappingPairs === 'known' ? pairOf : undefined;
    const test = new TestKeyservice(await createTestDatabase('keyservice'), await TestPki.create(), pairs);
    await migrateSchema(test.database, migrations);
    test.service = await test.serve();
    return test;
  }

  /** One more process on the same database. */
  async serve(rootKey = this.rootKey): Promise<RunningService> {
    const tls = await this.pki.issueFiles({
      uri: `spiffe://${trustDomain}/service/crypto-keyservice`,
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    });
    const { authorizer, clock, principals, recorder, database, generateWrappingPair } = this;
    const rootKeys = { environment: rootKey, startSealed: false, graceMs: 1_000 };
    const config = { accountId, region, trustDomain, database, listen: '127.0.0.1:0', rootKeys, tls };
    const name = 'crypto-keyservice';
    return startService({ name, config, clock, logger: silentLogger, metrics: new Metrics({ service: name }) }, async (shell) => {
      const { port, keeper, lastUses } = await serveKeys(shell, { authorizer, principals, recorder, generateWrappingPair });
      Object.assign(this, { keeper, lastUses });
      return { port };
    });
  }

  /** Changes the database behind the service's back. */
  async execute(sql: string, parameters: unknown[]): Promise<void> {
    await this.database.admin.query(sql, parameters);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.service?.stop(1_000);
    this.pki.drop();
    await this.database.drop();
  }

  /** A caller with a certificate of its own. */
  async as(name: string, principal: CallerForTests = {}, service = this.service): Promise<Keys & { caller: Caller }> {
    const caller = callerForTests({ name, ...principal });
    this.principals.add(`spiffe://${trustDomain}/user/${name}`, caller);
    const client = connectTo(keyService, this.connection(await this.pki.user(name), service));
    this.clients.push(client);
    return { caller, ...oneAttempt(keyService, client, messages, { timeoutMs: PATIENCE_MS }) };
  }

  /** A service for which secrets-api asks for data keys. */
  addService(name: string): Caller {
    const uri = `spiffe://${trustDomain}/service/${name}`;
    const caller = serviceCaller(uri, { trustDomain, accountId })!;
    this.principals.add(uri, caller);
    return caller;
  }

  /** What a service calls as itself. */
  async asService(name: string): Promise<Keys> {
    this.addService(name);
    const client = connectTo(keyService, this.connection(await this.pki.service(name), this.service));
    this.clients.push(client);
    return oneAttempt(keyService, client, messages, { timeoutMs: PATIENCE_MS });
  }

  /** What secrets-api calls for a caller. */
  async throughSecretsApi(caller: Caller, service = this.service): Promise<Keys> {
    const client = connectTo(keyService, this.connection(await this.pki.service('secrets-api'), service));
    this.clients.push(client);
    return oneAttempt(keyService, client, messages, { timeoutMs: PATIENCE_MS, onBehalfOf: referenceTo(caller) });
  }

  /** The data-key stream, as the service of this name. */
  async dataKeys(name = 'secrets-api', service = this.service): Promise<TestDataKeys> {
    const client = connectTo(dataKeyService, this.connection(await this.pki.service(name), service));
    this.clients.push(client);
    return new TestDataKeys(client);
  }

  private connection(tls: { ca: string; certificate: string; key: string }, { port }: RunningService) {
    return { address: `localhost:${port}`, tls, service: 'test' };
  }
}

export interface TestOperation {
  caller: Caller;
  secretVersionId?: string;
  generate?: string;
  decrypt?: Buffer;
}

const referenceTo = ({ credentialId }: Caller): CallerReference => ({
  credentialId,
  sourceIp: '10.0.0.1',
  userAgent: 'test',
  requestId: 'r',
});

export class TestDataKeys {
  private readonly stream;
  private readonly waiting = new Map<bigint, { resolve: (outcomes: DataKeyOutcome[]) => void; reject: (error: Error) => void }>();
  private lastId = 0n;

  constructor(client: ServiceClient<typeof dataKeyService>) {
    this.stream = client.streamDataKeys();
    this.stream.on('data', ({ batchId, outcomes }: StreamDataKeysResponse) => {
      this.waiting.get(batchId)?.resolve(outcomes);
      this.waiting.delete(batchId);
    });
    this.stream.on('error', (error) => {
      for (const { reject } of this.waiting.values()) reject(fromStatus(error as never));
    });
  }

  /** Sends one message. */
  send(operations: TestOperation[]): Promise<DataKeyOutcome[]> {
    const batchId = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(batchId, { resolve, reject });
      this.stream.write({
        batchId,
        operations: operations.map(({ caller, secretVersionId = 'v1', generate = '', decrypt }) => ({
          caller: referenceTo(caller),
          accountId: caller.accountId,
          secretArn: `arn:aws:secretsmanager:${region}:${caller.accountId}:secret:app-AbCdEf`,
          secretVersionId,
          operation: decrypt
            ? { $case: 'decryptCiphertextBlob' as const, value: decrypt }
            : { $case: 'generateUnderKeyId' as const, value: generate },
        })),
      });
    });
  }

  end(): void {
    this.stream.end();
  }
}
