import { FakePrincipalSource, callerForTests, type CallerForTests } from '@strongroom/access';
import type { AuditEvent } from '@strongroom/audit-trail';
import { createJournal, type Journal } from '@strongroom/audit-trail/redis';
import { connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import { auditService, type ServiceName, trailFeedService } from '@strongroom/methods';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import {
  createTestRedis,
  temporaryDirectory,
  testJournalKey,
  TestPki,
  writeTestJournalKeys,
  type TestRedis,
} from '@strongroom/testing';
import { FakeSigner } from './domain/hashing/fake-signer.testing';
import { FakeSealer, testClock, testEvent } from './domain/trail.testing';
import { createTrailDatabase, type TrailDatabase } from './persistence/trail-database.testing';
import { serveTrail } from './server';

export type AuditClient = ServiceClient<typeof auditService>;
export type TrailFeedClient = ServiceClient<typeof trailFeedService>;

/** Two audit-services over the same stores, and a journal to which secrets-api writes. */
export class TestAuditService {
  readonly services: RunningService[] = [];
  private readonly clients: { close(): void }[] = [];
  readonly tokenSealer = new FakeSealer();
  private readonly sealer = new FakeSealer();
  readonly cutSealer = new FakeSealer();
  readonly signer = new FakeSigner();
  private readonly keys = temporaryDirectory('journal-keys');
  private readonly journalKeysFile = writeTestJournalKeys(this.keys.path);
  private readonly journal: Journal;
  private readonly ownJournal: Journal;

  private constructor(
    private readonly pki: TestPki,
    readonly trail: TrailDatabase,
    private readonly redis: TestRedis,
    readonly principals: FakePrincipalSource,
  ) {
    this.journal = this.journalOf('secrets-api');
    this.ownJournal = this.journalOf('audit-service');
  }

  static async start(principals = new FakePrincipalSource()): Promise<TestAuditService> {
    const stores = await Promise.all([TestPki.create(), createTrailDatabase(), createTestRedis('audit-service')]);
    const test = new TestAuditService(...stores, principals);
    await Promise.all([test.journal.connect(), test.ownJournal.connect()]);
    test.services.push(await test.serve(), await test.serve());
    return test;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all(this.services.map((service) => service.stop(1_000)));
    await Promise.all([this.journal.close(), this.ownJournal.close()]);
    this.keys.remove();
    await Promise.all([this.trail.drop(), this.redis.drop()]);
    this.pki.drop();
  }

  async clientOf(name: string, principal?: CallerForTests, service = this.services[0]!): Promise<AuditClient> {
    if (principal) this.principals.add(userUri(name), callerForTests({ name, ...principal }));
    const address = `localhost:${service.port}`;
    const client = connectTo(auditService, { address, tls: await this.pki.user(name), service: 'test' });
    this.clients.push(client);
    return client;
  }

  /** Of a service, or of a user. */
  async feedClientOf(who: { service: ServiceName } | { user: string }): Promise<TrailFeedClient> {
    const tls = await ('service' in who ? this.pki.issue(serviceCertificate(who.service)) : this.pki.user(who.user));
    const address = `localhost:${this.services[1]!.port}`;
    const client = connectTo(trailFeedService, { address, tls, service: 'test' });
    this.clients.push(client);
    return client;
  }

  /** Resolves when all are in the journal; soon they are in the trail. */
  async record(accountId: string, ...events: Partial<AuditEvent>[]): Promise<void> {
    await Promise.all(events.map((event) => this.journal.record(testEvent({ recipientAccountId: accountId, ...event }))));
  }

  private journalOf(producer: 'secrets-api' | 'audit-service'): Journal {
    const redis = { ...this.redis, journalKey: testJournalKey(producer) };
    return createJournal({ redis, logger: silentLogger, stream: this.stream });
  }

  private get stream(): string {
    return `${this.redis.prefix}journal`;
  }

  private async serve(): Promise<RunningService> {
    const { host, port, name } = this.trail.database;
    const config = {
      accountId: '000000000000',
      region: 'us-east-1',
      trustDomain: 'strongroom.local',
      listen: '127.0.0.1:0',
      tls: await this.pki.issueFiles(serviceCertificate('audit-service')),
      database: { host, port, name, ...this.trail.runtime },
      redis: { host: this.redis.host, port: this.redis.port, password: this.redis.password },
      journalKeysFile: this.journalKeysFile,
    };
    const clock = testClock();
    const metrics = new Metrics({ service: 'audit-service' });
    return startService({ name: 'audit-service', config, clock, logger: silentLogger, metrics }, (shell) =>
      serveTrail(shell, {
        principals: this.principals,
        recorder: this.ownJournal,
        sealer: this.sealer,
        tokenSealer: this.tokenSealer,
        cutSealer: this.cutSealer,
        signer: this.signer,
        places: [],
        stream: this.stream,
      }),
    );
  }
}
