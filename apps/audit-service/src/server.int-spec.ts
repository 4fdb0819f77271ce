import { setTimeout as sleep } from 'node:timers/promises';
import { FakePrincipalSource, principalForTests, type TestPrincipal } from '@strongroom/access';
import { createJournal, type AuditEvent, type Journal } from '@strongroom/audit-trail';
import {
  AuditServiceClient,
  EventFilter,
  Outcome,
  type Event,
  type LookupEventsRequest,
  type StreamEventsRequest,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { callUnary, connect } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { systemRandom } from '@strongroom/random';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import {
  createTestRedis,
  temporaryDirectory,
  testJournalKey,
  TestPki,
  writeTestJournalKeys,
  type TestRedis,
} from '@strongroom/testing';
import { FakeSealer, testClock, testEvent } from './domain/trail.testing';
import { serveTrail, type RunningAuditService } from './server';
import { renamed, repack } from './persistence/tampering.testing';
import { createTrailDatabase, type TrailDatabase } from './persistence/trail-database.testing';

let pki: TestPki;
let trail: TrailDatabase;
let redis: TestRedis;
let journal: Journal;
let ownJournal: Journal;
const keys = temporaryDirectory('journal-keys');
const journalKeysFile = writeTestJournalKeys(keys.path);
let services: RunningAuditService[];
const principals = new FakePrincipalSource();
const sealer = new FakeSealer();
const clients: AuditServiceClient[] = [];

const serve = async (): Promise<RunningAuditService> => {
  const { host, port, name } = trail.database;
  const config = {
    accountId: '000000000000',
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles(serviceCertificate('audit-service')),
    database: { host, port, name, ...trail.runtime },
    redis: { host: redis.host, port: redis.port, password: redis.password },
    journalKeysFile,
  };
  return serveTrail(config, {
    clock: testClock(),
    random: systemRandom,
    logger: silentLogger,
    metrics: new Metrics({ service: 'audit-service' }),
    principals,
    recorder: ownJournal,
    sealer,
    stream: `${redis.prefix}journal`,
  });
};

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

const clientOf = async (name: string, principal?: TestPrincipal, service = services[0]!): Promise<AuditServiceClient> => {
  if (principal) principals.add(userUri(name), principalForTests({ name, ...principal }));
  const address = `localhost:${service.port}`;
  const client = connect(AuditServiceClient, { address, tls: await pki.user(name), service: 'test' });
  clients.push(client);
  return client;
};

beforeAll(async () => {
  [pki, trail, redis] = await Promise.all([TestPki.create(), createTrailDatabase(), createTestRedis('audit-service')]);
  const journalOf = (producer: 'secrets-api' | 'audit-service') =>
    createJournal({
      redis: { ...redis, journalKey: testJournalKey(producer) },
      logger: silentLogger,
      stream: `${redis.prefix}journal`,
    });
  [journal, ownJournal] = [journalOf('secrets-api'), journalOf('audit-service')];
  await Promise.all([journal.connect(), ownJournal.connect()]);
  services = [await serve(), await serve()];
});

afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all(services.map((service) => service.stop(1_000)));
  await Promise.all([journal.close(), ownJournal.close()]);
  keys.remove();
  await Promise.all([trail.drop(), redis.drop()]);
  pki.drop();
});

const account = (() => {
  let next = 100000000000;
  /** Each test has a trail of its own. */
  return () => String(next++);
})();

const record = (accountId: string, ...events: Partial<AuditEvent>[]) =>
  Promise.all(events.map((event) => journal.record(testEvent({ recipientAccountId: accountId, ...event }))));

const lookup = (client: AuditServiceClient, request: Partial<LookupEventsRequest> = {}) =>
  callUnary(client.lookupEvents.bind(client), { filter: undefined, nextToken: '', ...request }, { timeoutMs: 5_000 });

const verify = (client: AuditServiceClient, request: { fromSequence?: bigint; toSequence?: bigint } = {}) =>
  callUnary(client.verifyTrail.bind(client), request, { timeoutMs: 5_000 });

const by = (filter: Partial<EventFilter>) => ({ filter: EventFilter.fromPartial(filter) });

/** The events of a lookup, once there are at least `count`. */
const found = async (client: AuditServiceClient, count: number, request: Partial<LookupEventsRequest> = {}): Promise<Event[]> => {
  for (const until = Date.now() + 5_000; ; await sleep(20)) {
    const { events } = await lookup(client, request);
    if (events.length >= count || Date.now() > until) return events;
  }
};

describe('LookupEvents', () => {
  it('shows the account its events, newest first, and itself among them', async () => {
    const accountId = account();
    const ada = await clientOf('lookup-ada', { accountId });
    const event = testEvent({ recipientAccountId: accountId, requestParameters: { secretId: 'prod/db' } });
    await journal.record(event);
    const [seen] = await found(ada, 1, by({ requestId: event.requestId }));
    expect(seen).toMatchObject({ ...event, sequence: expect.any(BigInt), hash: expect.any(Buffer) });
    const lookups = await found(ada, 1, by({ eventName: 'LookupEvents', principal: 'lookup-ada' }));
    // The newest is one that looks for itself, when it had to look twice.
    expect(lookups.find(({ requestParameters }) => requestParameters['requestId'] === event.requestId)).toMatchObject({
      eventSource: 'cloudtrail.amazonaws.com',
      readOnly: true,
      userIdentity: { type: 'IAMUser', userName: 'lookup-ada' },
    });
  });

  it('shows nobody the events of another account', async () => {
    const [one, other] = [account(), account()];
    const ada = await clientOf('accounts-ada', { accountId: one });
    await record(other, { eventName: 'Secret' });
    await record(one, { eventName: 'Own' });
    await found(ada, 1, by({ eventName: 'Own' }));
    expect((await lookup(ada, by({ eventName: 'Secret' }))).events).toEqual([]);
  });

  it('pages', async () => {
    const accountId = account();
    const ada = await clientOf('pages-ada', { accountId });
    await record(accountId, ...Array.from({ length: 7 }, () => ({ eventName: 'Paged' })));
    await found(ada, 7, by({ eventName: 'Paged' }));
    const first = await lookup(ada, { ...by({ eventName: 'Paged' }), maxResults: 4 });
    const second = await lookup(ada, { ...by({ eventName: 'Paged' }), maxResults: 4, nextToken: first.nextToken });
    expect([first.events.length, second.events.length, second.nextToken]).toEqual([4, 3, '']);
    expect(new Set([...first.events, ...second.events].map((event) => event.eventId)).size).toBe(7);
    await expect(lookup(ada, { ...by({ eventName: 'Other' }), nextToken: first.nextToken })).rejects.toMatchObject({
      reason: 'InvalidNextTokenException',
    });
  });

  it.each<[string, Partial<LookupEventsRequest>, string]>([
    ['no results', { maxResults: 0 }, 'InvalidMaxResultsException'],
    ['too many results', { maxResults: 1_001 }, 'InvalidMaxResultsException'],
    ['a token of nobody', { nextToken: 'x' }, 'InvalidNextTokenException'],
    ['an unknown outcome', by({ outcome: 7 as Outcome }), 'InvalidLookupAttributesException'],
    ['an endless text', by({ resource: 'x'.repeat(2_049) }), 'InvalidLookupAttributesException'],
    ['a time that ends before it begins', by({ startTime: new Date(2), endTime: new Date(1) }), 'InvalidTimeRangeException'],
  ])('refuses %s', async (_, request, reason) => {
    const ada = await clientOf('invalid-ada', { accountId: account() });
    await expect(lookup(ada, request)).rejects.toMatchObject({ kind: 'invalid-argument', reason });
  });

  it('takes the largest page', async () => {
    const ada = await clientOf('largest-ada', { accountId: account() });
    await expect(lookup(ada, { maxResults: 1_000 })).resolves.toMatchObject({ nextToken: '' });
  });
});

describe('access', () => {
  it('needs cloudtrail:LookupEvents to look and to follow, cloudtrail:ValidateLogs to verify', async () => {
    const accountId = account();
    const looker = await clientOf('looker', { accountId, policies: [allow('cloudtrail:LookupEvents')] });
    const validator = await clientOf('validator', { accountId, policies: [allow('cloudtrail:ValidateLogs')] });
    await expect(lookup(looker)).resolves.toBeDefined();
    await expect(verify(looker)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(verify(validator)).resolves.toMatchObject({ valid: true });
    await expect(lookup(validator)).rejects.toMatchObject({
      reason: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: cloudtrail:LookupEvents'),
    });
    await expect(follow(validator, {}).next()).rejects.toMatchObject({ code: 7 });
    const denied = await found(looker, 1, by({ outcome: Outcome.FAILURE, principal: 'looker' }));
    expect(denied[0]).toMatchObject({ eventName: 'VerifyTrail', errorCode: 'AccessDeniedException' });
  });

  it('tells an unknown caller nothing, and records that it came', async () => {
    const stranger = await clientOf('stranger');
    await expect(lookup(stranger)).rejects.toMatchObject({ kind: 'unauthenticated' });
    const ada = await clientOf('access-ada', { accountId: '000000000000' });
    const refused = await found(ada, 1, by({ outcome: Outcome.FAILURE }));
    expect(refused[0]).toMatchObject({ eventName: 'LookupEvents', userIdentity: { type: 'Unknown' } });
  });
});

async function* follow(client: AuditServiceClient, request: StreamEventsRequest | Record<string, never>): AsyncGenerator<Event> {
  const stream = client.streamEvents({ filter: undefined, ...request });
  try {
    for await (const { event } of stream) yield event!;
  } finally {
    stream.cancel();
  }
}

const take = async (events: AsyncGenerator<Event>, count: number): Promise<Event[]> => {
  const taken: Event[] = [];
  while (taken.length < count) taken.push((await events.next()).value as Event);
  return taken;
};

describe('StreamEvents', () => {
  it('follows the trail on whichever process, without a gap', async () => {
    const accountId = account();
    const started = await Promise.all(
      services.map(async (service, i) =>
        follow(await clientOf(`follower-${i}`, { accountId }, service), { filter: undefined, afterSequence: 0n }),
      ),
    );
    // More than a page, while they follow.
    const taking = started.map((events) => take(events, 602));
    for (let round = 0; round < 6; round++) {
      await record(accountId, ...Array.from({ length: 100 }, (_, i) => ({ eventName: `F${round * 100 + i}` })));
    }
    for (const taken of await Promise.all(taking)) {
      expect(taken.map((event) => event.sequence)).toEqual(Array.from({ length: 602 }, (_, i) => BigInt(i + 1)));
      expect(taken.map((event) => event.eventName).filter((name) => name !== 'StreamEvents')).toEqual(
        Array.from({ length: 600 }, (_, i) => `F${i}`),
      );
    }
    for (const events of started) await events.return(undefined);
  });

  it('begins with what is new, and shows what the filter lets through', async () => {
    const accountId = account();
    const ada = await clientOf('filter-ada', { accountId });
    await record(accountId, { eventName: 'Wanted', requestId: 'old' });
    await found(ada, 1, by({ eventName: 'Wanted' }));
    const events = follow(ada, { filter: EventFilter.fromPartial({ eventName: 'Wanted' }) });
    const next = events.next();
    await found(ada, 1, by({ eventName: 'StreamEvents' }));
    await sleep(300);
    await record(accountId, { eventName: 'Unwanted' }, { eventName: 'Wanted', requestId: 'new' });
    expect((await next).value).toMatchObject({ requestId: 'new' });
    await events.return(undefined);
  });

  it('ends when the caller may not follow any more', async () => {
    const accountId = account();
    const ada = await clientOf('revoked-ada', { accountId });
    const events = follow(ada, { filter: undefined, afterSequence: 0n });
    expect((await events.next()).value).toMatchObject({ eventName: 'StreamEvents' });
    principals.remove(userUri('revoked-ada'));
    const start = Date.now();
    await expect(events.next()).rejects.toMatchObject({ code: 16 });
    expect(Date.now() - start).toBeLessThan(1_000);
  });
});

describe('VerifyTrail', () => {
  it('verifies, and finds what an administrator of the database did', async () => {
    const accountId = account();
    const ada = await clientOf('verify-ada', { accountId });
    await record(accountId, ...Array.from({ length: 5 }, (_, i) => ({ eventName: `V${i}` })));
    const [second] = await found(ada, 1, by({ eventName: 'V1' }));
    await found(ada, 1, by({ eventName: 'V4' }));
    const before = await verify(ada, { fromSequence: 1n, toSequence: 5n });
    expect(before).toMatchObject({ valid: true, eventsVerified: 5n, lastSequence: 5n, findings: [] });
    await record(accountId, { eventName: 'W' });
    const [later] = await found(ada, 1, by({ eventName: 'W' }));
    // In a block of its own: the one before is not the last.
    await record(accountId, { eventName: 'X' });
    await found(ada, 1, by({ eventName: 'X' }));

    const { admin } = trail.database;
    const blockOf = async ({ sequence }: Event): Promise<number> => {
      const holds = 'account_id = ? AND ? BETWEEN first_sequence AND last_sequence';
      const [rows] = await admin.query(`SELECT first_sequence AS first FROM event_block WHERE ${holds}`, [accountId, sequence]);
      return (rows as { first: number }[])[0]!.first;
    };
    const firstSequence = await blockOf(second!);
    const index = Number(second!.sequence) - firstSequence;
    await repack(admin, { accountId, firstSequence }, (events) => events.map((e, i) => (i === index ? renamed(e, 'V9') : e)));
    const missing = await blockOf(later!);
    await admin.query('DELETE FROM event_block WHERE account_id = ? AND first_sequence = ?', [accountId, missing]);
    expect(await verify(ada)).toMatchObject({
      valid: false,
      findings: [
        { kind: 'changed', sequence: second!.sequence },
        { kind: 'missing', sequence: BigInt(missing) },
      ],
    });
  });

  it.each([[{ fromSequence: 0n }], [{ toSequence: 0n }], [{ fromSequence: 5n, toSequence: 4n }], [{ toSequence: 2n ** 53n }]])(
    'refuses the range %p',
    async (range) => {
      const ada = await clientOf('range-ada', { accountId: account() });
      await expect(verify(ada, range)).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    },
  );
});
