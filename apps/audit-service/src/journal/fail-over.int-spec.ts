import { setTimeout as sleep } from 'node:timers/promises';
import { journalStream } from '@strongroom/audit-trail';
import { createJournal, type Journal } from '@strongroom/audit-trail/redis';
import { connectRedis } from '@strongroom/redis';
import { silentLogger } from '@strongroom/telemetry';
import {
  eventually,
  startTestRedisGroup,
  temporaryDirectory,
  testJournalKey,
  type TestRedisGroup,
  writeTestJournalKeys,
} from '@strongroom/testing';
import type { Redis } from 'ioredis';
import { CatchUp } from '../domain/catch-up';
import { ChainWriter } from '../domain/chain-writer';
import { Ingestion } from '../domain/ingestion';
import { Sealing } from '../domain/sealing';
import { FakeSealer, testClock, testEvent } from '../domain/trail.testing';
import { TrailVerifier } from '../domain/verification';
import { createTrailDatabase, type TrailDatabase } from '../persistence/trail-database.testing';
import { DatabaseTrail } from '../persistence/trail.repository';
import { DatabaseWriterLock } from '../persistence/writer-lock';
import { EntryKeys } from './entry-keys';
import { RedisAnchor } from './redis-anchor';
import { RedisJournalSource } from './redis-journal.source';

// From a service's call to the trail, over a primary that dies.
const accountId = '000000000000';
const keys = temporaryDirectory('fail-over-keys');
const keysFile = writeTestJournalKeys(keys.path);
const clock = testClock();
const sealer = new FakeSealer();
const ignore = () => undefined;

let group: TestRedisGroup;
let trail: TrailDatabase;
let repository: DatabaseTrail;
let ingestion: Ingestion;
let source: RedisJournalSource;
let redis: Redis;
let incidents: string[];
const open: { close(): Promise<void> | void }[] = [];

const toRedis = (): Redis => {
  const connection = connectRedis({ endpoint: group.endpoint, name: 'test', timeoutMs: 2_000, logger: silentLogger });
  open.push({ close: () => connection.disconnect() });
  return connection;
};

const journalOf = async (replicas: number): Promise<Journal> => {
  const journalKey = testJournalKey('secrets-api');
  const journal = createJournal({ redis: { ...group.endpoint, journalKey, replicas }, logger: silentLogger });
  open.push(journal);
  await journal.connect();
  return journal;
};

/** As audit-service does. */
const startReading = async (): Promise<void> => {
  ingestion = new Ingestion({
    source,
    writer: new ChainWriter(repository),
    lock: new DatabaseWriterLock(await trail.connect(1)),
    sealing: new Sealing(repository, sealer, clock, silentLogger, { sealed: ignore, sealFailed: ignore }),
    logger: silentLogger,
    metrics: { stored: ignore, incident: (kind, count) => incidents.push(`${kind} ${count}`) },
    clock,
    home: { accountId, region: 'us-east-1' },
  });
  ingestion.start();
};

const kill = async (): Promise<void> => {
  const { process } = await group.primary();
  process.signal('SIGKILL');
  await process.waitForExit(5_000);
};

/** It ends no connection. */
const stop = async (): Promise<void> => (await group.primary()).process.signal('SIGSTOP');

/** Once the journal is empty: the names in the trail, and what VerifyTrail finds. */
const outcome = async () => {
  const catchUp = new CatchUp(source);
  await eventually('the journal is empty', async () => {
    await catchUp.now();
    return (await redis.xlen(journalStream)) === 0;
  });
  const names: string[] = [];
  for (let last = 0; last < (await repository.head(accountId)).sequence;) {
    const events = await repository.after(accountId, last, 1_000);
    names.push(...events.map(({ event }) => event.eventName));
    last = events.at(-1)!.sequence;
  }
  const verifier = new TrailVerifier(repository, sealer, new RedisAnchor(redis, journalStream), clock);
  const { findings } = await verifier.verify(accountId, {}, {});
  return { names, findings: findings.map(({ kind }) => kind) };
};

beforeAll(async () => {
  group = await startTestRedisGroup({ settings: ['min-replicas-to-write 1', 'min-replicas-max-lag 10'] });
});
beforeEach(async () => {
  trail = await createTrailDatabase();
  repository = new DatabaseTrail(await trail.connect());
  redis = toRedis();
  incidents = [];
  source = new RedisJournalSource(toRedis(), redis, journalStream, new EntryKeys(keysFile));
  await startReading();
});
afterEach(async () => {
  await ingestion.stop();
  for (const one of open.splice(0)) await one.close();
  await trail.drop();
  for (const server of group.servers) {
    server.process.signal('SIGCONT');
    if (server.process.pid === undefined) await server.start();
  }
  await group.settled();
  await (await group.connect(await group.primary())).flushall();
});
afterAll(async () => {
  await group?.stop();
  keys.remove();
});

it('finds what a replica that took over did not have, where no replica was waited for', async () => {
  const journal = await journalOf(0);
  await journal.record(testEvent({ eventName: 'before' }));
  const replicas = await group.replicas();
  await ingestion.stop();
  for (const replica of replicas) replica.process.signal('SIGSTOP');
  // More than fits between two servers: what the network holds for a replica would outlive the primary.
  const requestParameters = { long: 'x'.repeat(50_000) };
  for (let i = 0; i < 400; i++) await journal.record(testEvent({ eventName: `behind ${i}`, requestParameters }));
  await kill();
  for (const replica of replicas) replica.process.signal('SIGCONT');
  // It hears of the end of its connection a moment later.
  await eventually('the journal cannot record', () =>
    journal.connect(0).then(
      () => false,
      () => true,
    ),
  );
  await journal.connect(40_000);
  await journal.record(testEvent({ eventName: 'after' }));
  await startReading();
  const { names, findings } = await outcome();
  const lost = 402 - names.filter((name) => name !== 'JournalEntryMissing').length;
  expect(lost).toBeGreaterThan(0);
  expect(findings).toEqual(['journal-missing']);
  expect(incidents).toEqual([`missing ${lost}`]);
});

// The last: a primary that was stopped and goes on is made a replica of the new one when the sentinels come to it.
it.each([
  ['killed', kill],
  ['stopped', stop],
])('has every event in the trail that was acknowledged before a primary was %s, while it was, and after', async (_, end) => {
  const journal = await journalOf(1);
  const acknowledged: string[] = [];
  let longest = 0;
  let isOver = false;
  const write = async (writer: number) => {
    for (let i = 0; !isOver; i++) {
      const eventName = `${writer}-${i}`;
      const start = performance.now();
      await journal.record(testEvent({ eventName })).then(
        () => acknowledged.push(eventName),
        () => sleep(50),
      );
      longest = Math.max(longest, performance.now() - start);
    }
  };
  const writers = Array.from({ length: 8 }, (_, writer) => write(writer));
  const [behind] = await group.replicas();
  behind!.process.signal('SIGSTOP');
  await eventually('many events are acknowledged', () => acknowledged.length > 1_000);
  await end();
  const before = acknowledged.length;
  behind!.process.signal('SIGCONT');
  await eventually('events are acknowledged again', () => acknowledged.length > before + 1_000, 40_000);
  isOver = true;
  await Promise.all(writers);
  const { names, findings } = await outcome();
  const recorded = new Set(names);
  expect(acknowledged.filter((name) => !recorded.has(name))).toEqual([]);
  // A call that was refused may be in the trail all the same, but nothing is in it twice.
  expect(recorded.size).toBe(names.length);
  expect({ findings, incidents }).toEqual({ findings: [], incidents: [] });
  // Whoever calls hears of it in time: 2 s are the most that a recording may take.
  expect(longest).toBeLessThan(5_000);
});
