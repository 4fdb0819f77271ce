import { setTimeout as sleep } from 'node:timers/promises';
import { journalStream, type AuditEvent } from '@strongroom/audit-trail';
import { createJournal, type Journal } from '@strongroom/audit-trail/redis';
import { connectRedis } from '@strongroom/redis';
import { createJobQueue, PostponedJob, rotationStepJob, startJobWorker } from '@strongroom/jobs';
import {
  ClusterLayout,
  connectToRedis,
  findFreePorts,
  RedisUsers,
  RedisServer,
  type RedisUserName,
  serviceNames,
  type ServiceName,
} from '@strongroom/local-cluster';
import { redisConfig } from '@strongroom/config';
import { eventSourcesOf, servedBy } from '@strongroom/methods';
import { silentLogger } from '@strongroom/telemetry';
import { temporaryDirectory, eventually } from '@strongroom/testing';
import type { Redis } from 'ioredis';
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

// A Redis as cluster set-up makes it, with a user for each service and keys for the journal.
const directory = temporaryDirectory('journal-security');
const layout = new ClusterLayout(directory.path, 0);
const accounts = new RedisUsers(layout);
const accountId = '000000000000';
let server: RedisServer;
let admin: Redis;
let open: { disconnect(): void }[] = [];

const configOf = (service: ServiceName) =>
  redisConfig({
    STRONGROOM_REDIS_HOST: '127.0.0.1',
    STRONGROOM_REDIS_PORT: `${server.endpoint.port}`,
    STRONGROOM_REDIS_USER: service,
    STRONGROOM_REDIS_PASSWORD_FILE: layout.redisPasswordFile(service),
    STRONGROOM_JOURNAL_KEY_FILE: layout.journalKeyFile(service),
  });
const clientOf = async (service: RedisUserName): Promise<Redis> => {
  const client = await connectToRedis({
    host: '127.0.0.1',
    port: server.endpoint.port,
    username: service,
    passwordFile: layout.redisPasswordFile(service),
  });
  open.push(client);
  return client;
};

beforeAll(async () => {
  accounts.provide();
  server = new RedisServer({
    directory: `${directory.path}/redis`,
    pidFile: `${directory.path}/pid`,
    logFile: `${directory.path}/log`,
    port: await findFreePorts(1),
    users: (password) => accounts.configuration(password),
  });
  await server.start();
  admin = await connectToRedis(server.endpoint);
});
beforeEach(() => admin.flushall());
afterEach(() => {
  for (const client of open) client.disconnect();
  open = [];
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
  directory.remove();
});

describe('the user of a service', () => {
  it.each(serviceNames.filter((service) => service !== 'audit-service'))(
    '%s appends to the journal, and can neither read, remove nor change what is there',
    async (service) => {
      const client = await clientOf(service);
      const id = (await client.xadd(journalStream, '*', 'e', 'x'))!;
      expect(await client.xlen(journalStream)).toBe(1);
      expect(await client.wait(0, 1)).toBe(0);
      const forbidden: [string, ...(string | number)[]][] = [
        ['XDEL', journalStream, id],
        ['XTRIM', journalStream, 'MAXLEN', 0],
        ['DEL', journalStream],
        ['UNLINK', journalStream],
        ['RENAME', journalStream, 'strongroom:rotation-step:x'],
        ['XRANGE', journalStream, '-', '+'],
        ['XREAD', 'STREAMS', journalStream, '0'],
        ['EVAL', `return redis.call('del', '${journalStream}')`, 0],
        ['SET', journalStream, 'x'],
        ['EXPIRE', journalStream, 1],
        ['HSET', `${journalStream}:producers`, 'generation', 1],
        ['HSET', `${journalStream}:chain-ends`, accountId, 'x'],
        ['CONFIG', 'SET', 'appendfsync', 'no'],
        ['CONFIG', 'REWRITE'],
        ['ACL', 'LIST'],
        ['ACL', 'SETUSER', service, '+@all'],
        ['FLUSHALL'],
        ['FLUSHDB'],
        ['SWAPDB', 0, 1],
        ['KEYS', '*'],
        ['SCAN', 0],
        ['RANDOMKEY'],
        ['SHUTDOWN'],
        ['MONITOR'],
        ['CLIENT', 'KILL', 'TYPE', 'normal'],
        ['CLIENT', 'LIST'],
        ['REPLICAOF', '127.0.0.1', 1],
        ['MIGRATE', '127.0.0.1', 1, journalStream, 0, 10],
        ['FUNCTION', 'FLUSH'],
        ['SCRIPT', 'FLUSH'],
        ['PUBLISH', 'x', 'y'],
        ['SUBSCRIBE', 'x'],
      ];
      for (const [command, ...args] of forbidden) {
        const outcome = await client.call(command, ...args).catch((error: Error) => error.message);
        expect([command, outcome]).toEqual([command, expect.stringMatching(/NOPERM|can't access|can't run/)]);
      }
      expect(await admin.xlen(journalStream)).toBe(1);
      // Nor does it learn how the administrator gets in.
      const settings = JSON.stringify(await client.config('GET', '*'));
      expect(settings).not.toContain(server.password);
    },
  );

  it('keeps sessions of the console there, and lets it touch nothing else', async () => {
    const client = await clientOf('console');
    const session = 'strongroom:console:session:x';
    for (const key of [session, 'strongroom:console:sign-in:x']) {
      expect(await client.set(key, 'a', 'PX', 60_000, 'NX')).toBe('OK');
      expect([await client.get(key), await client.del(key)]).toEqual(['a', 1]);
    }
    const forbidden: [string, ...string[]][] = [
      ['XADD', journalStream, '*', 'e', 'x'],
      ['XLEN', journalStream],
      ['GET', 'strongroom:rotation-step:x'],
      ['SET', 'other', 'x'],
      ['KEYS', '*'],
      ['SCAN', '0'],
      ['EVAL', `return redis.call('get', '${session}')`, '0'],
      ['ACL', 'LIST'],
      ['FLUSHALL'],
    ];
    for (const [command, ...args] of forbidden) {
      const outcome = await client.call(command, ...args).catch((error: Error) => error.message);
      expect([command, outcome]).toEqual([command, expect.stringMatching(/NOPERM|can't access|can't run/)]);
    }
  });

  it('has no rights on the queues of others', async () => {
    for (const [service, queue] of [
      ['rotation-worker', 'secret-purge'],
      ['identity-service', 'rotation-step'],
      ['crypto-keyservice', 'secret-purge'],
      ['audit-service', 'rotation-step'],
    ] as const) {
      const outcome = await (
        await clientOf(service)
      )
        .call('DEL', `strongroom:${queue}:meta`)
        .catch((error: Error) => error.message);
      expect([service, outcome]).toEqual([service, expect.stringMatching(/NOPERM/)]);
    }
  });

  it('lets in nobody by the default user but the administrator', async () => {
    const [host, port] = ['127.0.0.1', server.endpoint.port];
    const passwordFile = layout.redisPasswordFile('audit-service');
    await expect(connectToRedis({ host, port })).rejects.toThrow();
    await expect(connectToRedis({ host, port, passwordFile })).rejects.toThrow();
    expect((await clientOf('audit-service')).status).toBe('ready');
  });

  it('works on jobs as the queues need it', async () => {
    const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf';
    const job = (attempt: number) => ({ secretArn, token: 'a'.repeat(32), attempt, step: 'createSecret' });
    const done: number[] = [];
    const troubles: unknown[] = [];
    const logger = { ...silentLogger, warn: (_: string, fields: unknown) => troubles.push(fields) };
    const queue = createJobQueue(rotationStepJob, { redis: configOf('secrets-api'), logger });
    const worker = startJobWorker(rotationStepJob, {
      redis: configOf('rotation-worker'),
      logger,
      process: async ({ attempt }) => {
        done.push(attempt);
        // Tried again, put off, done: each moves the job by another script.
        if (done.length === 1) throw new Error('once more');
        if (done.length === 2) throw new PostponedJob(5);
      },
    });
    try {
      await queue.add(job(1), { delayMs: 5 });
      await eventually('the first job is done', () => done.length >= 3);
      await queue.addAll([job(2), { ...job(3), step: 'setSecret' }]);
      await eventually('the other jobs are done', () => done.length >= 5);
    } finally {
      await worker.close();
      await queue.close();
    }
    expect(done.slice(0, 3)).toEqual([1, 1, 1]);
    expect(troubles).toEqual([]);
  });

  it('logs in with the password of before and the new one after a rotation, with an older one no more', async () => {
    const passwords = [configOf('secrets-api').password!];
    for (let round = 0; round < 2; round++) {
      accounts.provide(0, { rotate: true });
      await accounts.apply(admin);
      passwords.push(configOf('secrets-api').password!);
    }
    expect(new Set(passwords).size).toBe(3);
    const outcomes = [];
    for (const password of passwords) {
      const client = await clientOf('secrets-api');
      outcomes.push(await client.call('AUTH', 'secrets-api', password).catch((error: Error) => error.message));
    }
    expect(outcomes).toEqual([expect.stringMatching(/WRONGPASS/), 'OK', 'OK']);
  });
});

describe('the journal', () => {
  let trail: TrailDatabase;
  let repository: DatabaseTrail;
  let ingestion: Ingestion;
  let counted: string[];
  let journals: Journal[];
  const clock = testClock();
  const sealer = new FakeSealer();

  const journalOf = async (service: ServiceName): Promise<Journal> => {
    const journal = createJournal({ redis: configOf(service), logger: silentLogger });
    journals.push(journal);
    await journal.connect();
    return journal;
  };

  const startReading = async () => {
    const toRedis = () =>
      connectRedis({ endpoint: configOf('audit-service'), name: 'test', timeoutMs: 5_000, logger: silentLogger });
    const [reader, redis] = [toRedis(), toRedis()];
    open.push(reader, redis);
    const store = new DatabaseTrail(await trail.connect());
    ingestion = new Ingestion({
      source: new RedisJournalSource(reader, redis, journalStream, new EntryKeys(layout.journalKeysFile)),
      writer: new ChainWriter(store),
      lock: new DatabaseWriterLock(await trail.connect(1)),
      sealing: new Sealing(store, sealer, clock, silentLogger, { sealed: () => undefined, sealFailed: () => undefined }),
      logger: silentLogger,
      metrics: { stored: () => undefined, incident: (kind, count) => counted.push(`${kind} ${count}`) },
      clock,
      home: { accountId, region: 'us-east-1' },
    });
    ingestion.start();
  };

  beforeEach(async () => {
    trail = await createTrailDatabase();
    repository = new DatabaseTrail(await trail.connect());
    [counted, journals] = [[], []];
  });
  afterEach(async () => {
    await ingestion.stop();
    await Promise.all(journals.map((journal) => journal.close()));
    await trail.drop();
  });

  const record = (journal: Journal, eventName: string, more: Partial<AuditEvent> = {}) =>
    journal.record(testEvent({ eventName, ...more }));

  /** Once the journal is empty: what VerifyTrail finds, and the names of the events. */
  const outcome = async () => {
    await eventually('the journal is empty', async () => (await admin.xlen(journalStream)) === 0, 20_000);
    const { findings } = await new TrailVerifier(repository, sealer, new RedisAnchor(admin, journalStream), clock).verify(
      accountId,
      {},
      {},
    );
    const events = await repository.after(accountId, 0, 1_000);
    return { findings: findings.map(({ kind }) => kind), names: events.map(({ event }) => event.eventName), counted };
  };

  it('takes what every service signs for itself', async () => {
    await startReading();
    const signed = serviceNames.flatMap((service) =>
      [...eventSourcesOf(servedBy[service])].map((eventSource) => ({ service, eventSource })),
    );
    for (const { service, eventSource } of signed) await record(await journalOf(service), service, { eventSource });
    expect(await outcome()).toEqual({ findings: [], names: signed.map(({ service }) => service), counted: [] });
  });

  it('finds an entry that one service forges of another, and keeps it out of the trail', async () => {
    await startReading();
    const [honest, stolen] = [await journalOf('identity-service'), await clientOf('secrets-api')];
    await record(honest, 'CreateUser', { eventSource: 'iam.amazonaws.com' });
    // With the key that the service has, and with none.
    const forger = createJournal({
      redis: { ...configOf('secrets-api'), journalKey: { ...configOf('secrets-api').journalKey!, producer: 'identity-service' } },
      logger: silentLogger,
    });
    journals.push(forger);
    await forger.connect();
    await record(forger, 'DeleteUser', { eventSource: 'iam.amazonaws.com' });
    await stolen.xadd(journalStream, '*', 'e', '[]');
    const result = await outcome();
    expect(result.names.filter((name) => name !== 'JournalEntryForged')).toEqual(['CreateUser']);
    expect(new Set(result.findings)).toEqual(new Set(['journal-forged']));
    expect(counted).toEqual(['forged 1', 'forged 1']);
    expect(await admin.xlen(`${journalStream}:set-aside`)).toBe(2);
  });

  it('finds a service that signs for itself what another one has to say', async () => {
    await startReading();
    await record(await journalOf('secrets-api'), 'DeleteUser', { eventSource: 'iam.amazonaws.com' });
    expect(await outcome()).toEqual({ findings: ['journal-forged'], names: ['JournalEntryForged'], counted: ['forged 1'] });
  });

  it('finds an entry that was changed on its way', async () => {
    const journal = await journalOf('secrets-api');
    await record(journal, 'GetSecretValue');
    const [[id, fields]] = (await admin.xrange(journalStream, '-', '+')) as [[string, string[]]];
    await admin.xdel(journalStream, id);
    await admin.xadd(journalStream, '*', ...fields.map((field) => field.replace('GetSecretValue', 'ListSecrets')));
    await startReading();
    expect(await outcome()).toMatchObject({ findings: ['journal-forged'], names: ['JournalEntryForged'] });
  });

  it('finds that an entry was deleted, as soon as its producer appends another one', async () => {
    const journal = await journalOf('secrets-api');
    for (const name of ['a', 'b', 'c', 'd']) await record(journal, name);
    const ids = (await admin.xrange(journalStream, '-', '+')).map(([id]) => id);
    await admin.xdel(journalStream, ids[0]!, ids[2]!);
    await startReading();
    expect(await outcome()).toEqual({
      // One event for what is found at once.
      findings: ['journal-missing'],
      names: expect.arrayContaining(['b', 'd', 'JournalEntryMissing']),
      counted: ['missing 1', 'missing 1'],
    });
  });

  it('finds an entry that comes again, also when it was stored long ago, and stores its event once', async () => {
    const journal = await journalOf('secrets-api');
    await record(journal, 'a');
    const [[, fields]] = (await admin.xrange(journalStream, '-', '+')) as [[string, string[]]];
    await startReading();
    await outcome();
    await ingestion.stop();
    await startReading();
    await admin.xadd(journalStream, '*', ...fields);
    expect(await outcome()).toEqual({
      findings: ['journal-replayed'],
      names: ['a', 'JournalEntryReplayed'],
      counted: ['replayed 1'],
    });
  });

  it('finds nothing where a service lost the answers of Redis, or was killed', async () => {
    await startReading();
    const journal = await journalOf('secrets-api');
    await record(journal, 'a');
    await admin.config('SET', 'maxmemory', '1');
    await expect(record(journal, 'refused')).rejects.toThrow('the audit journal is full');
    await admin.config('SET', 'maxmemory', '0');
    // What was on its way when the connection ended may be there or not.
    const lost = Promise.allSettled(Array.from({ length: 100 }, (_, i) => record(journal, `lost ${i}`)));
    await admin.client('KILL', 'USER', 'secrets-api');
    await lost;
    await journal.connect();
    await record(journal, 'b');
    await record(await journalOf('secrets-api'), 'another process');
    const result = await outcome();
    expect(result).toMatchObject({ findings: [], counted: [] });
    expect(result.names).toEqual(expect.arrayContaining(['a', 'b', 'another process']));
  });

  it('takes both keys of a producer after a rotation, without being started again', async () => {
    await startReading();
    const before = await journalOf('secrets-api');
    accounts.provide(0, { rotate: true });
    await accounts.apply(admin);
    const after = await journalOf('secrets-api');
    await sleep(1_000); // A key that nobody knows has the file read once a second.
    for (const journal of [after, before]) await record(journal, 'rotated');
    expect(await outcome()).toEqual({ findings: [], names: ['rotated', 'rotated'], counted: [] });
  });

  it('takes entries without a MAC that are from before the journal had keys, and no later ones', async () => {
    const unsigned = async () => {
      const journal = await journalOf('secrets-api');
      await record(journal, 'unsigned');
      const [[id, fields]] = (await admin.xrange(journalStream, '-', '+')).slice(-1) as [[string, string[]]];
      await admin.xdel(journalStream, id);
      return admin.xadd(journalStream, '*', 'e', fields[fields.indexOf('e') + 1]!);
    };
    const id = await unsigned();
    const later = new EntryKeys(layout.journalKeysFile);
    const source = (unsignedUntil: number) =>
      new RedisJournalSource(admin, admin, journalStream, { find: later.find, unsignedUntil });
    const time = Number(id!.split('-')[0]);
    expect((await source(time + 1).read('0', 10, 1)).map(({ forgery }) => forgery)).toEqual([undefined]);
    expect((await source(time).read('0', 10, 1)).map(({ forgery }) => forgery)).toEqual(['nobody signed it']);
    await startReading();
  });
});
