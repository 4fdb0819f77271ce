import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePorts, RedisServer } from '@strongroom/local-cluster';
import { silentLogger } from '@strongroom/telemetry';
import { eventually, temporaryDirectory, testJournalKey } from '@strongroom/testing';
import type { AuditEvent, UserIdentityType } from './audit-event';
import { sampleEvent } from './audit-event.testing';
import { createJournal, type Journal, type JournalOptions } from './journal';
import { decodeRecords, journalStream, readEntry } from './journal-stream';

/** How long a call waits for the journal. */
const MAX_WAIT_MS = 500;

// A Redis of its own: these tests fill it, stop it and kill it.
const directory = temporaryDirectory('journal');
const journalKey = testJournalKey('secrets-api');
let server: RedisServer;
let admin: Redis;
const journals: Journal[] = [];

const open = async (options: Partial<JournalOptions> = {}): Promise<Journal> => {
  const redis = { host: '127.0.0.1', port: server.endpoint.port, password: server.password, journalKey };
  const journal = createJournal({ redis, logger: silentLogger, maxWaitMs: MAX_WAIT_MS, ...options });
  journals.push(journal);
  await journal.connect(5_000);
  return journal;
};

const event = (eventName: string) => sampleEvent({ eventName });

/** The names of the events in the journal, an array for each entry. */
const written = async (): Promise<string[][]> =>
  (await admin.xrange(journalStream, '-', '+')).map(([, fields]) =>
    decodeRecords(readEntry(fields, () => journalKey.key).records).map(({ event }) => event.eventName),
  );

const outcome = async (promise: Promise<void>): Promise<{ error: unknown; took: number }> => {
  const start = performance.now();
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, took: performance.now() - start };
};

beforeAll(async () => {
  const port = await findFreePorts(1);
  const files = { directory: `${directory.path}/redis`, pidFile: `${directory.path}/pid`, logFile: `${directory.path}/log` };
  server = new RedisServer({ ...files, port });
  await server.start();
  admin = new Redis({ host: '127.0.0.1', port, password: server.password });
  admin.on('error', () => {});
});

afterEach(async () => {
  await Promise.all(journals.splice(0).map((journal) => journal.close()));
  await admin.config('SET', 'maxmemory', '0');
  await admin.config('SET', 'appendfsync', 'always');
  await admin.del(journalStream);
});

afterAll(async () => {
  admin.disconnect();
  await server.stop();
  directory.remove();
});

it('appends what one turn records as one entry, in order', async () => {
  const journal = await open();
  await Promise.all(['a', 'b', 'c'].map((name) => journal.record(event(name))));
  await journal.record(event('d'));
  expect(await written()).toEqual([['a', 'b', 'c'], ['d']]);
});

it('keeps an entry within its limit of events', async () => {
  const journal = await open();
  await Promise.all(Array.from({ length: 150 }, (_, i) => journal.record(event(`${i}`))));
  const entries = await written();
  expect(entries.map((entry) => entry.length)).toEqual([64, 64, 22]);
  expect(entries.flat()).toEqual(Array.from({ length: 150 }, (_, i) => `${i}`));
});

it('refuses when Redis is out of memory, and records again when there is room', async () => {
  const journal = await open();
  await admin.config('SET', 'maxmemory', '1mb');
  expect(await outcome(journal.record(event('full')))).toMatchObject({
    error: { kind: 'unavailable', message: 'the audit journal is full' },
  });
  await admin.config('SET', 'maxmemory', '0');
  await journal.record(event('room'));
  expect(await written()).toEqual([['room']]);
});

it('refuses past its length, and records again when it was read', async () => {
  const journal = await open({ maxLength: 2 });
  await journal.record(sampleEvent({ eventName: 'a', ...callOf(GREEDY) }));
  await journal.record(sampleEvent({ eventName: 'b', ...callOf(QUIET) }));
  await expect(journal.record(sampleEvent({ eventName: 'c', ...callOf(THIRD) }))).rejects.toMatchObject({
    message: 'the audit journal is full',
  });
  await admin.del(journalStream);
  await journal.record(event('d'));
  expect(await written()).toEqual([['d']]);
});

it('refuses within its wait when Redis stalls, keeps nothing of it, and records when Redis is back', async () => {
  const journal = await open();
  process.kill(server.process.pid!, 'SIGSTOP');
  try {
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => outcome(journal.record(event(`stalled ${i}`)))));
      for (const { error, took } of outcomes) {
        expect(error).toMatchObject({ kind: 'unavailable' });
        expect(took).toBeLessThan(5_000);
      }
      // Callers may hear of the silence sooner than the journal itself, whose wait began a little later.
      await sleep(MAX_WAIT_MS);
    }
  } finally {
    process.kill(server.process.pid!, 'SIGCONT');
  }
  await journal.connect(5_000);
  await journal.record(event('back'));
  const names = (await written()).flat();
  expect(names.at(-1)).toBe('back');
  // Only what was on the wire at the first stall may have landed.
  expect(names.length).toBeLessThanOrEqual(51);
});

it('does not wait past the deadline of a call', async () => {
  const journal = await open({ maxWaitMs: 5_000 });
  process.kill(server.process.pid!, 'SIGSTOP');
  try {
    const { error, took } = await outcome(journal.record(event('stalled'), { deadline: Date.now() + 100 }));
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(took).toBeLessThan(4_000);
  } finally {
    process.kill(server.process.pid!, 'SIGCONT');
  }
  await expect(journal.record(event('late'), { deadline: Date.now() - 1 })).rejects.toMatchObject({ kind: 'unavailable' });
});

it('takes no more than its limit of recordings at a time', async () => {
  const journal = await open({ maxPending: 10 });
  const outcomes = await Promise.all(Array.from({ length: 12 }, (_, i) => outcome(journal.record(event(`${i}`)))));
  expect(outcomes.filter(({ error }) => error !== undefined)).toHaveLength(2);
  expect(outcomes[11]).toMatchObject({ error: { message: 'the audit journal is too slow' } });
});

/** Of so many recordings that one turn asks for, those that were taken. */
const taken = async (journal: Journal, of: Partial<AuditEvent>, count: number): Promise<number> => {
  const outcomes = await Promise.all(Array.from({ length: count }, () => outcome(journal.record(sampleEvent(of)))));
  return outcomes.filter(({ error }) => error === undefined).length;
};
const [GREEDY, QUIET, THIRD] = ['111111111111', '222222222222', '333333333333'] as const;
const identity = (accountId: string, type: UserIdentityType = 'IAMUser') => ({ ...sampleEvent().userIdentity, type, accountId });
const callOf = (accountId: string, recipientAccountId = accountId) => ({ userIdentity: identity(accountId), recipientAccountId });

it('records for an account, however many another one has in flight', async () => {
  const journal = await open({ maxPending: 10 });
  const [greedy, quiet] = [taken(journal, callOf(GREEDY), 100), taken(journal, callOf(QUIET), 5)];
  expect(await Promise.all([greedy, quiet])).toEqual([10, 5]);
  expect(await taken(journal, callOf(QUIET), 100)).toBe(10);
});

it('takes what is in flight from who calls, not from those in whose trail it is', async () => {
  const journal = await open({ maxPending: 12 });
  const strangers = { userIdentity: identity('', 'Unknown'), recipientAccountId: QUIET };
  const service = { userIdentity: identity('', 'AWSService'), recipientAccountId: THIRD };
  const into = [
    taken(journal, callOf(GREEDY, QUIET), 100),
    taken(journal, strangers, 100),
    taken(journal, callOf(QUIET), 3),
    taken(journal, service, 3),
    taken(journal, callOf(THIRD), 1),
  ];
  expect(await Promise.all(into)).toEqual([12, 6, 3, 3, 0]);
});

it('records for others when one account has filled half of the journal, and for that one again when it was read', async () => {
  const journal = await open({ maxLength: 400 });
  const refused = { message: 'the audit journal has too many events of this account that are yet to be stored' };
  const greedy = () => journal.record(sampleEvent(callOf(GREEDY)));
  let length = 0;
  for (; ; length++) {
    const { error } = await outcome(greedy());
    if (error === undefined) continue;
    expect(error).toMatchObject({ kind: 'unavailable', ...refused });
    break;
  }
  // Half, and a hundredth.
  expect(length).toBe(203);
  // In one turn and one entry: who has had their share is left out, and nobody else.
  const together = await Promise.all([outcome(greedy()), outcome(journal.record(sampleEvent(callOf(QUIET))))]);
  expect(together.map(({ error }) => error)).toEqual([expect.objectContaining(refused), undefined]);
  expect(await admin.xlen(journalStream)).toBe(204);
  await admin.xtrim(journalStream, 'MAXLEN', 199);
  await greedy();
  expect(await admin.xlen(journalStream)).toBe(200);
});

it('keeps what it acknowledged when Redis is killed, and fails nobody over a quick restart', async () => {
  let isGone = false;
  const logger = { ...silentLogger, warn: () => void (isGone = true) };
  const journal = await open({ maxWaitMs: 5_000, logger });
  await journal.record(event('before'));
  process.kill(server.process.pid!, 'SIGKILL');
  await eventually('the journal has lost its connection', () => isGone);
  const during = journal.record(event('during'));
  await server.start();
  await during;
  expect((await written()).flat()).toEqual(['before', 'during']);
});

it('refuses when Redis is gone', async () => {
  const journal = await open();
  await server.stop();
  try {
    // The first may find out by writing, the next ones wait for the connection, but not each for the whole outage.
    const start = performance.now();
    for (let round = 0; round < 5; round++) {
      expect((await outcome(journal.record(event('gone')))).error).toMatchObject({ kind: 'unavailable' });
    }
    expect(performance.now() - start).toBeLessThan(2_400);
  } finally {
    await server.start();
  }
  await journal.connect(5_000);
  await journal.record(event('back'));
});

it('refuses a Redis that does not sync before it answers, and says why', async () => {
  await admin.config('SET', 'appendfsync', 'everysec');
  const redis = { host: '127.0.0.1', port: server.endpoint.port, password: server.password, journalKey };
  const journal = createJournal({ redis, logger: silentLogger, maxWaitMs: 300 });
  journals.push(journal);
  await expect(journal.connect(3_000)).rejects.toThrow('appendfsync is "everysec" and must be "always"');
  await expect(journal.record(event('lossy'))).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await written()).toEqual([]);
});

it('takes a Redis at its word that forbids to ask', async () => {
  await admin.call('ACL', 'SETUSER', 'limited', 'on', '>limited-password', '~*', '+@all', '-config');
  const redis = { host: '127.0.0.1', port: server.endpoint.port, username: 'limited', password: 'limited-password', journalKey };
  const journal = await open({ redis });
  await journal.record(event('limited'));
  expect(await written()).toEqual([['limited']]);
});
