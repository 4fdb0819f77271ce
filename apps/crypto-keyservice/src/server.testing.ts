import { FakePrincipalSource, callerForTests, RecordingAuthorizer, type Caller, type CallerForTests } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import * as messages from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { DataKeyOutcome, StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { migrateSchema } from '@strongroom/database';
import { RootKey } from '@strongroom/envelope';
import { connectTo, fromStatus, type ServiceClient } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt } from '@strongroom/grpc-kit/testing';
import { dataKeyService, keyService } from '@strongroom/methods';
import { systemRandom } from '@strongroom/random';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, TestPki, type TestDatabase } from '@strongroom/testing';
import { migrations } from './persistence/migrations';
import { serveKeys } from './server';

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
  readonly rootKey = RootKey.fromBytes(systemRandom.bytes(32));
  private readonly clients: { close(): void }[] = [];
  private service!: RunningService;

  private constructor(
    readonly database: TestDatabase,
    readonly pki: TestPki,
  ) {}

  static async start(): Promise<TestKeyservice> {
    const test = new TestKeyservice(await createTestDatabase('keyservice'), await TestPki.create());
    await migrateSchema(test.database, migrations);
    test.service = await test.serve(test.rootKey);
    return test;
  }

  /** One more process on the same database. */
  async serve(rootKey: RootKey): Promise<RunningService> {
    const tls = await this.pki.issueFiles({
      uri: `spiffe://${trustDomain}/service/crypto-keyservice`,
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    });
    const { authorizer, clock, principals, recorder, database } = this;
    const config = { accountId, region, trustDomain, database, listen: '127.0.0.1:0', rootKey, tls };
    const name = 'crypto-keyservice';
    return startService({ name, config, clock, logger: silentLogger, metrics: new Metrics({ service: name }) }, (shell) =>
      serveKeys(shell, { authorizer, principals, recorder }),
    );
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
    return { caller, ...oneAttempt(keyService, client, messages, { timeoutMs: 10_000 }) };
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
          caller: { credentialId: caller.credentialId, sourceIp: '10.0.0.1', userAgent: 'test', requestId: 'r' },
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
