import { createJournal, type Journal } from '@strongroom/audit-trail/redis';
import { connectRedis } from '@strongroom/redis';
import { silentLogger } from '@strongroom/telemetry';
import {
  createTestRedis,
  temporaryDirectory,
  testJournalKey,
  writeTestJournalKeys,
  type TestRedis,
  eventually,
} from '@strongroom/testing';
import { findFreePorts, RedisServer } from '@strongroom/local-cluster';
import type { Redis } from 'ioredis';
import { EntryKeys } from '../journal/entry-keys';
import { RedisAnchor } from '../journal/redis-anchor';
import { RedisJournalSource } from '../journal/redis-journal.source';
import { DatabaseTrail } from '../persistence/trail.repository';
import { DatabaseWriterLock } from '../persistence/writer-lock';
import { createTrailDatabase, type TrailDatabase } from '../persistence/trail-database.testing';
import { CatchUp } from './catch-up';
import { ChainWriter } from './chain-writer';
import { Ingestion, type JournalSource, type WriterLock } from './ingestion';
import { Sealing } from './sealing';
import { FakeSealer, testClock, testEvent } from './trail.testing';
import { TrailVerifier } from './verification';

const accountId = '000000000000';
const ignore = () => undefined;

let trail: TrailDatabase;
let repository: DatabaseTrail;
let redis: TestRedis;
let stream: string;
let journal: Journal;
let connections: Redis[];
let running: Ingestion[];
let incidents: string[];
const journalKey = testJournalKey('secrets-api');
const keys = temporaryDirectory('journal-keys');
const keysFile = writeTestJournalKeys(keys.path);
afterAll(() => keys.remove());
const sealer = new FakeSealer();
const clock = testClock();

beforeEach(async () => {
  [trail, redis] = await Promise.all([createTrailDatabase(), createTestRedis('ingestion')]);
  repository = new DatabaseTrail(await trail.connect());
  stream = `${redis.prefix}journal`;
  journal = createJournal({ redis: { ...redis, journalKey }, logger: silentLogger, stream });
  await journal.connect();
  connections = [];
  running = [];
  incidents = [];
});

afterEach(async () => {
  await Promise.all(running.map((ingestion) => ingestion.stop()));
  for (const connection of connections) connection.disconnect();
  await journal.close();
  await Promise.all([trail.drop(), redis.drop()]);
});

const sourceOf = (server: { host: string; port: number; password?: string } = redis) => {
  const { host, port, password } = server;
  const options = { endpoint: { host, port, password }, name: 'test', timeoutMs: 2_000, logger: silentLogger };
  const pair: [Redis, Redis] = [connectRedis(options), connectRedis(options)];
  connections.push(...pair);
  return new RedisJournalSource(...pair, stream, new EntryKeys(keysFile));
};

const start = async ({ source = sourceOf(), lock }: { source?: JournalSource; lock?: WriterLock } = {}): Promise<Ingestion> => {
  const store = new DatabaseTrail(await trail.connect());
  const ingestion = new Ingestion({
    source,
    writer: new ChainWriter(store),
    lock: lock ?? new DatabaseWriterLock(await trail.connect(1)),
    sealing: new Sealing(store, sealer, clock, silentLogger, { sealed: ignore, sealFailed: ignore }),
    logger: silentLogger,
    metrics: { stored: ignore, incident: (kind, count) => incidents.push(`${kind} ${count}`) },
    clock,
    home: { accountId, region: 'us-east-1' },
  });
  running.push(ingestion);
  ingestion.start();
  return ingestion;
};

const record = (...names: string[]) => Promise.all(names.map((eventName) => journal.record(testEvent({ eventName }))));
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** The names in the trail, once there are `count` of them and the journal is empty. */
const arrived = async (count: number): Promise<string[]> => {
  const catchUp = new CatchUp(sourceOf());
  await eventually(`${count} events are in the trail`, async () => {
    await catchUp.now();
    const head = await repository.head(accountId);
    return head.sequence >= count && (await redis.client.xlen(stream)) === 0;
  });
  const events = await repository.after(accountId, 0, 10_000);
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, i) => i + 1));
  return events.map(({ event }) => event.eventName);
};

const verified = async () => {
  const anchor = new RedisAnchor(redis.client, stream);
  return (await new TrailVerifier(repository, sealer, anchor, clock).verify(accountId, {}, {})).findings;
};

it('moves events from the journal into the trail, in their order, and leaves the journal empty', async () => {
  await record('a', 'b');
  await start();
  await record('c');
  await record(...numbered('n', 200));
  expect(await arrived(203)).toEqual(['a', 'b', 'c', ...numbered('n', 200)]);
  expect(await new RedisAnchor(redis.client, stream).read(accountId)).toEqual(await repository.head(accountId));
  expect(await verified()).toEqual([]);
});

it('stores what was recorded before somebody looked, whichever process writes', async () => {
  await start();
  const looker = new CatchUp(sourceOf());
  await eventually('Redis can be asked', () => connections.every(({ status }) => status === 'ready'));
  for (let round = 1; round <= 20; round++) {
    await record(`${round}`);
    await looker.now();
    expect((await repository.head(accountId)).sequence).toBe(round);
  }
});

it('lets nobody who looks wait for a writer that is not there', async () => {
  await record('a');
  const looker = new CatchUp(sourceOf());
  await looker.now(Date.now() + 50);
  expect((await repository.head(accountId)).sequence).toBe(0);
  await start();
  expect(await arrived(1)).toEqual(['a']);
});

it('stores each event once when the process ends between COMMIT and the journal', async () => {
  const source = sourceOf();
  let tries = 0;
  const dying: JournalSource = {
    read: (after, count, wait) => source.read(after, count, wait),
    linger: (milliseconds) => source.linger(milliseconds),
    hurry: () => source.hurry(),
    ledger: () => source.ledger(),
    isCurrent: (generation) => source.isCurrent(generation),
    finish: async () => {
      tries++;
      throw new Error('killed');
    },
  };
  await record('a', 'b');
  const first = await start({ source: dying });
  await eventually('it has tried again and again, though the events were known', () => tries >= 3);
  expect((await repository.head(accountId)).sequence).toBe(2);
  expect(await redis.client.xlen(stream)).toBe(1);
  await first.stop();
  await record('c');
  await start();
  expect(await arrived(3)).toEqual(['a', 'b', 'c']);
  expect(await verified()).toEqual([]);
});

it('stores each event once when two processes believe they are the one', async () => {
  const always: WriterLock = { hold: async () => true, release: async () => {} };
  await record(...numbered('before', 50));
  await Promise.all([start({ lock: always }), start({ lock: always })]);
  for (let round = 0; round < 20; round++) await record(...numbered(`${round}-`, 20));
  const names = await arrived(450);
  expect(names).toEqual([
    ...numbered('before', 50),
    ...Array.from({ length: 20 }, (_, round) => numbered(`${round}-`, 20)).flat(),
  ]);
  expect(await verified()).toEqual([]);
});

it('goes on in another process when the one that writes ends', async () => {
  const first = await start();
  await record('a');
  await arrived(1);
  await start();
  await first.stop();
  await record('b');
  expect(await arrived(2)).toEqual(['a', 'b']);
  expect(await repository.seals(accountId, 1, 1, {})).toHaveLength(1);
});

it('sets aside what no journal wrote, and goes on behind it', async () => {
  await record('a');
  await redis.client.xadd(stream, '*', 'e', 'not an event');
  await redis.client.xadd(stream, '*', 'x', 'y');
  await journal.record(testEvent({ eventName: 'lost', recipientAccountId: 'nobody' }));
  await record('b');
  await start();
  expect(await arrived(3)).toEqual(['a', 'b', 'JournalEntryForged']);
  expect(incidents).toEqual(['forged 1', 'forged 1']);
  expect((await redis.client.xrange(`${stream}:set-aside`, '-', '+')).map(([, fields]) => fields.slice(2, 3))).toEqual([
    ['e'],
    ['x'],
    ['p'],
  ]);
});

it('recovers when the database ends its connections', async () => {
  await start();
  await record('a');
  await arrived(1);
  for (let round = 0; round < 3; round++) {
    const [sessions] = await trail.database.admin.query(`SELECT id FROM information_schema.processlist WHERE user = ?`, [
      trail.runtime.user,
    ]);
    for (const { id } of sessions as { id: number }[]) await trail.database.admin.query(`KILL ${id}`).catch(ignore);
    await record(`b${round}`);
  }
  expect(await arrived(4)).toEqual(['a', 'b0', 'b1', 'b2']);
  expect(await verified()).toEqual([]);
});

it('recovers when Redis is killed, and loses nothing that was acknowledged', async () => {
  const directory = temporaryDirectory('ingestion');
  const [port] = [await findFreePorts(1)];
  const server = new RedisServer({
    directory: `${directory.path}/redis`,
    pidFile: `${directory.path}/pid`,
    logFile: `${directory.path}/log`,
    port,
  });
  await server.start();
  const endpoint = { host: '127.0.0.1', port, password: server.password };
  const own = createJournal({ redis: { ...endpoint, journalKey }, logger: silentLogger, stream });
  try {
    await own.connect();
    const ingestion = await start({ source: sourceOf(endpoint) });
    const acknowledged: string[] = [];
    for (let round = 0; round < 40; round++) {
      const names = numbered(`${round}-`, 5);
      const outcomes = await Promise.allSettled(names.map((eventName) => own.record(testEvent({ eventName }))));
      acknowledged.push(...names.filter((_, i) => outcomes[i]!.status === 'fulfilled'));
      if (round === 10 || round === 20) {
        process.kill(server.process.pid!, 'SIGKILL');
        await server.start();
      }
    }
    const stored = await arrived(acknowledged.length);
    expect(acknowledged.filter((name) => !stored.includes(name))).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    // What Redis did not acknowledge is nobody's deed.
    expect(incidents).toEqual([]);
    await ingestion.stop();
  } finally {
    await own.close();
    await server.stop();
    directory.remove();
  }
}, 30_000);
