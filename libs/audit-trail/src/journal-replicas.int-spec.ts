import { silentLogger } from '@strongroom/telemetry';
import { eventually, startTestRedisGroup, testJournalKey, type TestRedisGroup } from '@strongroom/testing';
import type { Redis } from 'ioredis';
import { sampleEvent } from './audit-event.testing';
import { createJournal, type Journal } from './journal';
import { decodeRecords, journalStream, readEntry } from './journal-stream';

// A group of its own: these tests stop its replicas and kill its primary.
const journalKey = testJournalKey('secrets-api');
const MAX_WAIT = 1_000;
let group: TestRedisGroup;
const journals: Journal[] = [];

const create = (replicas: number): Journal => {
  const redis = { ...group.endpoint, journalKey, replicas };
  const journal = createJournal({ redis, logger: silentLogger, maxWaitMs: MAX_WAIT });
  journals.push(journal);
  return journal;
};
const open = async (replicas: number): Promise<Journal> => {
  const journal = create(replicas);
  await journal.connect(10_000);
  return journal;
};
const record = (journal: Journal, eventName: string) => journal.record(sampleEvent({ eventName }));
const namesOn = async (redis: Redis): Promise<string[]> =>
  (await redis.xrange(journalStream, '-', '+')).flatMap(([, fields]) =>
    decodeRecords(readEntry(fields, () => journalKey.key).records).map(({ event }) => event.eventName),
  );
const onPrimary = async () => group.connect(await group.primary());

beforeAll(async () => {
  group = await startTestRedisGroup({ settings: ['min-replicas-to-write 1', 'min-replicas-max-lag 10'] });
});
afterEach(async () => {
  for (const server of group.servers) server.process.signal('SIGCONT');
  await Promise.all(journals.splice(0).map((journal) => journal.close()));
});
afterAll(() => group?.stop());

it('does not begin with a group that the sentinels do not know', async () => {
  const { sentinels, ...access } = group.endpoint;
  const redis = { ...access, sentinels: { ...sentinels, group: 'other' }, journalKey, replicas: 1 };
  const journal = createJournal({ redis, logger: silentLogger, maxWaitMs: MAX_WAIT });
  journals.push(journal);
  await expect(journal.connect(500)).rejects.toThrow(
    'STRONGROOM_REDIS_SENTINEL_GROUP: all sentinels must know the group "other"',
  );
});

it('refuses in time what no replica takes, and records again when one does', async () => {
  const journal = await open(1);
  await record(journal, 'before');
  const replicas = await group.replicas();
  for (const replica of replicas) replica.process.signal('SIGSTOP');
  const start = performance.now();
  await expect(record(journal, 'refused')).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'the audit journal cannot record: 0 of 1 replicas have what was appended last',
  });
  // Nothing is appended any more.
  const waiting = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => record(journal, `waiting ${i}`)));
  expect(waiting.map(({ status }) => status)).toEqual(waiting.map(() => 'rejected'));
  expect(performance.now() - start).toBeLessThan(10 * MAX_WAIT);
  expect(await namesOn(await onPrimary())).toEqual(['before', 'refused']);

  replicas[0]!.process.signal('SIGCONT');
  await journal.connect(10_000);
  await record(journal, 'after');
  expect(await namesOn(await group.connect(replicas[0]!))).toEqual(['before', 'refused', 'after']);
});

it('needs as many as it was told', async () => {
  const primary = await onPrimary();
  await primary.config('SET', 'min-replicas-to-write', '2');
  const [one, two] = [await open(1), await open(2)];
  await primary.config('SET', 'min-replicas-to-write', '1');
  const [replica] = await group.replicas();
  replica!.process.signal('SIGSTOP');
  await record(one, 'on one');
  await expect(record(two, 'on two')).rejects.toMatchObject({ kind: 'unavailable' });
});

it('lets what is asked for meanwhile share an entry', async () => {
  const journal = await open(1);
  const primary = await onPrimary();
  const before = await primary.xlen(journalStream);
  // Many turns of the event loop, in each of which something is recorded.
  const recordings: Promise<void>[] = [];
  for (let i = 0; i < 500; i++) {
    recordings.push(record(journal, `${i}`));
    if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(recordings);
  expect((await namesOn(primary)).slice(-500)).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
  expect((await primary.xlen(journalStream)) - before).toBeLessThan(100);
});

it('is not usable while Redis would go on without replicas, and says why', async () => {
  const primary = await onPrimary();
  await primary.config('SET', 'min-replicas-to-write', '0', 'min-replicas-max-lag', '60');
  const journal = create(1);
  await expect(journal.connect(500)).rejects.toThrow(
    'min-replicas-to-write is "0" and must be at least "1"; min-replicas-max-lag is "60" and must be "1" to "10"',
  );
  // Who waits for no replica does not ask for it.
  await open(0);
  await primary.config('SET', 'min-replicas-to-write', '1', 'min-replicas-max-lag', '10');
  await journal.connect(5_000);
  await record(journal, 'set up');
});

describe('when the primary is killed', () => {
  const kill = async (): Promise<void> => {
    const { process } = await group.primary();
    process.signal('SIGKILL');
    await process.waitForExit(5_000);
  };
  const missing = async (acknowledged: readonly string[]): Promise<string[]> => {
    const recorded = new Set(await namesOn(await onPrimary()));
    return acknowledged.filter((name) => !recorded.has(name));
  };
  afterEach(async () => {
    for (const server of group.servers) if (server.process.pid === undefined) await server.start();
    await group.settled();
  });

  it('loses nothing that it acknowledged while one replica was behind', async () => {
    const journal = await open(1);
    const acknowledged: string[] = [];
    let refused = 0;
    let isOver = false;
    const write = async (writer: number) => {
      for (let i = 0; !isOver; i++) {
        const name = `${writer}-${i}`;
        try {
          await record(journal, name);
          acknowledged.push(name);
        } catch {
          refused++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const writers = Array.from({ length: 8 }, (_, writer) => write(writer));
    const [behind] = await group.replicas();
    behind!.process.signal('SIGSTOP');
    await eventually('many events are recorded', () => acknowledged.length > 500);
    await kill();
    behind!.process.signal('SIGCONT');
    const before = acknowledged.length;
    await eventually('events are recorded again', () => acknowledged.length > before + 500, 40_000);
    isOver = true;
    await Promise.all(writers);
    expect(refused).toBeGreaterThan(0);
    expect(await missing(acknowledged)).toEqual([]);
  });

  it('loses nothing that it acknowledged while all replicas were behind', async () => {
    const journal = await open(1);
    // More than fits between two servers: what the network holds for a replica would outlive the primary.
    const long = { long: 'x'.repeat(50_000) };
    const replicas = await group.replicas();
    for (const replica of replicas) replica.process.signal('SIGSTOP');
    const acknowledged: string[] = [];
    for (let i = 0; i < 400; i++) {
      const eventName = `behind ${i}`;
      const recorded = journal.record(sampleEvent({ eventName, requestParameters: long }));
      await recorded.then(() => acknowledged.push(eventName)).catch(() => undefined);
    }
    await kill();
    for (const replica of replicas) replica.process.signal('SIGCONT');
    await journal.connect(40_000);
    await record(journal, 'after');
    expect(await missing([...acknowledged, 'after'])).toEqual([]);
  });
});

// The last: the group stays as it is then.
it('goes over to the server that takes over while its own hears neither its replicas nor the sentinels', async () => {
  const journal = await open(1);
  const before = await group.primary();
  await group.isolatePrimary();
  await expect(record(journal, 'on nobody else')).rejects.toMatchObject({ kind: 'unavailable' });
  await eventually('it records again', () => record(journal, 'over there').then(() => true), 30_000);
  expect(await group.primary()).not.toBe(before);
  expect((await namesOn(await onPrimary())).slice(-1)).toEqual(['over there']);
});
