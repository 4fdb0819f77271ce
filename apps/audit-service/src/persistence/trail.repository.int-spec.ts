import type { AuditEvent } from '@strongroom/audit-trail';
import { LeaseLost } from '@strongroom/database';
import { eventually } from '@strongroom/testing';
import { createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { ChainWriter } from '../domain/chain-writer';
import { emptyChain, link } from '../domain/chain';
import { matches, type EventFilter } from '../domain/event-filter';
import { filterTerms } from '../domain/event-terms';
import { termHash } from '../domain/hashing/term-hash';
import { lookup } from '../domain/lookup';
import { encoded, testEvent } from '../domain/trail.testing';
import { ChainConflict } from '../domain/trail.port';
import { createTrailDatabase, type TrailDatabase } from './trail-database.testing';
import { DatabaseTrail, lastBlocks } from './trail.repository';
import { walkOf, walkStatement } from './walk-statement';
import { DatabaseWriterLock } from './writer-lock';

const accountId = '000000000000';
let trail: TrailDatabase;
let repository: DatabaseTrail;
let writer: ChainWriter;

beforeEach(async () => {
  trail = await createTrailDatabase();
  repository = new DatabaseTrail(await trail.connect());
  writer = new ChainWriter(repository);
});
afterEach(() => trail.drop());

const add = (...events: Partial<AuditEvent>[]) => writer.append(events.map((event) => encoded(testEvent(event))));

it('keeps events in their chains', async () => {
  await add({ eventName: 'A' }, { eventName: 'B' }, { eventName: 'Other', recipientAccountId: '111111111111' });
  await add({ eventName: 'C', errorMessage: 'naïve – 😀 \ud800 "quoted" \\' });
  const events = await repository.after(accountId, 0, 10);
  expect(events.map(({ event, sequence }) => [event.eventName, sequence])).toEqual([
    ['A', 1],
    ['B', 2],
    ['C', 3],
  ]);
  expect(events[2]!.event.errorMessage).toBe('naïve – 😀 \ud800 "quoted" \\');
  expect(await repository.head(accountId)).toMatchObject({ sequence: 3, hash: events[2]!.hash });
  expect(await repository.head('999999999999')).toEqual(emptyChain('999999999999'));
  expect((await repository.heads()).map((head) => [head.accountId, head.sequence])).toEqual([
    [accountId, 3],
    ['111111111111', 1],
  ]);
  expect(await repository.heads(['111111111111'])).toHaveLength(1);
  expect([...(await repository.lastBlocks())]).toEqual([
    [accountId, 3],
    ['111111111111', 1],
  ]);
  const [[plan]] = await trail.database.admin.query<RowDataPacket[]>(`EXPLAIN ${lastBlocks}`);
  expect(plan!['Extra']).toContain('Using index for group-by');
});

it('adds all of a batch or none', async () => {
  const [first, second] = link(emptyChain(accountId), [encoded(testEvent()), encoded(testEvent())]);
  await repository.append([second!]);
  await expect(repository.append([first!, second!])).rejects.toBeInstanceOf(ChainConflict);
  expect(await repository.after(accountId, 0, 10)).toHaveLength(1);
});

it('refuses a writer that believes in an end that is no longer one', async () => {
  await add({}, {}, {});
  const behind = await repository.head(accountId);
  await add({ eventName: 'quicker' });
  await expect(repository.append(link(behind, [encoded(testEvent())]))).rejects.toBeInstanceOf(ChainConflict);
  expect(await repository.head(accountId)).toMatchObject({ sequence: 4 });
});

it('lets one of two writers in who both believe in the same end', async () => {
  const other = new ChainWriter(new DatabaseTrail(await trail.connect()));
  await add({});
  await other.append([encoded(testEvent())]);
  const shared = encoded(testEvent({ eventName: 'both' }));
  await Promise.all([
    writer.append([shared, ...Array.from({ length: 300 }, () => encoded(testEvent()))]),
    other.append([...Array.from({ length: 300 }, () => encoded(testEvent())), shared]),
  ]);
  const events = await repository.after(accountId, 0, 10_000);
  expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 603 }, (_, i) => i + 1));
  expect(events.filter(({ event }) => event.eventName === 'both')).toHaveLength(1);
});

it('stores many events in few blocks, and reads on from any place', async () => {
  await add(...Array.from({ length: 1_000 }, (_, i) => ({ eventName: `E${i + 1}` })));
  const [rows] = await trail.database.admin.query<RowDataPacket[]>('SELECT first_sequence AS first FROM event_block ORDER BY 1');
  expect(rows.map(({ first }) => Number(first))).toEqual([1, 257, 513, 769]);
  for (const place of [0, 1, 255, 256, 257, 700, 999, 1_000]) {
    const events = await repository.after(accountId, place, 2_000);
    expect(events.map(({ event }) => event.eventName)).toEqual(
      Array.from({ length: 1_000 - place }, (_, i) => `E${place + 1 + i}`),
    );
  }
  expect((await repository.after(accountId, 0, 200)).length).toBeLessThan(1_500);
});

it('refuses an event that the account has, at another place', async () => {
  const event = encoded(testEvent());
  await writer.append([event]);
  const [again] = link(await repository.head(accountId), [event]);
  await expect(repository.append([again!])).rejects.toBeInstanceOf(ChainConflict);
});

it('takes an event whatever its texts hold, and any number of large ones', async () => {
  const long = 'ü😀'.repeat(900);
  await add({ eventName: long, requestId: long, resources: [{ arn: long, type: long, versionId: long }] });
  const requestParameters = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, '\\"'.repeat(250)]));
  await add(...Array.from({ length: 100 }, () => ({ requestParameters })));
  expect((await repository.head(accountId)).sequence).toBe(101);
  const { events } = await lookup(repository, { accountId, filter: { requestId: long }, limit: 10, token: '' }, {});
  expect(events).toHaveLength(1);
});

describe('the user that serves', () => {
  const tables = ['event_block', 'event_identity', 'event_posting', 'seal'];
  it.each([
    ...tables.flatMap((table) => [`DELETE FROM ${table}`, `TRUNCATE TABLE ${table}`, `DROP TABLE ${table}`]),
    'UPDATE event_block SET records = records',
    'UPDATE event_identity SET sequence = sequence',
    'UPDATE event_posting SET last_time = last_time',
    'UPDATE seal SET hash = hash',
    'RENAME TABLE event_block TO gone',
    'ALTER TABLE event_block DROP COLUMN records',
    'REPLACE INTO seal SELECT * FROM seal',
    'INSERT INTO seal SELECT * FROM seal ON DUPLICATE KEY UPDATE created_at = UTC_TIMESTAMP()',
    'CREATE TRIGGER t BEFORE INSERT ON event_identity FOR EACH ROW SET NEW.sequence = 0',
  ])('is refused: %s', async (statement) => {
    await add({});
    const { host, port, name } = trail.database;
    const { user, password } = trail.runtime;
    const connection = await createConnection({ host, port, user, password, database: name });
    try {
      await expect(connection.query(statement)).rejects.toMatchObject({
        code: expect.stringMatching(/^ER_(TABLEACCESS_DENIED|COLUMNACCESS_DENIED|SPECIFIC_ACCESS_DENIED)_ERROR$|^ER_DBACCESS/),
      });
    } finally {
      await connection.end();
    }
    expect(await repository.after(accountId, 0, 10)).toHaveLength(1);
  });
});

describe('a lookup', () => {
  const secret = (name: string, suffix: string) => ({
    arn: `arn:aws:secretsmanager:us-east-1:${accountId}:secret:${name}-${suffix}`,
    type: 'AWS::SecretsManager::Secret',
    versionId: '',
  });
  const key = { arn: `arn:aws:kms:us-east-1:${accountId}:key/k1`, type: 'AWS::KMS::Key', versionId: '' };
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
  const who = (userName: string, arn: string) => ({ ...testEvent().userIdentity, userName, arn });

  const eventId = '01890a5d-ac96-774b-bcce-b302099a8057';
  const session = {
    ...who('', 'arn:aws:sts::1:assumed-role/app/night'),
    type: 'AssumedRole' as const,
    principalId: 'AROA:night',
    accessKeyId: 'ASIA1',
  };

  beforeEach(() =>
    add(
      { eventName: 'E1', eventTime: at(1), resources: [secret('db', 'AAAAAA'), key] },
      { eventName: 'E2', eventTime: at(2), resources: [secret('db', 'BBBBBB')], errorCode: 'AccessDeniedException' },
      { eventName: 'E3', eventTime: at(3), resources: [], userIdentity: session },
      { eventName: 'E4', eventTime: at(4), resources: [secret('db-AAAAAA', 'CCCCCC')], eventSource: 'kms.amazonaws.com' },
      {
        eventName: 'E5',
        eventTime: at(5),
        resources: [key, key],
        requestId: 'request-5',
        userIdentity: who('bob', 'arn:bob'),
        eventId,
        readOnly: false,
      },
      { eventName: 'Elsewhere', eventTime: at(6), recipientAccountId: '111111111111' },
    ),
  );

  const found = async (filter: EventFilter) =>
    (await lookup(repository, { accountId, filter, limit: 50, token: '' }, {})).events.map(({ event }) => event.eventName);

  it.each<[string, EventFilter, string[]]>([
    ['nothing', {}, ['E5', 'E4', 'E3', 'E2', 'E1']],
    ['a time, both ends included', { startTime: at(2), endTime: at(4) }, ['E4', 'E3', 'E2']],
    ['a user name', { principal: 'bob' }, ['E5']],
    ['a principal', { principal: 'arn:aws:sts::1:assumed-role/app/night' }, ['E3']],
    ['an operation', { eventName: 'E2' }, ['E2']],
    ['a secret by name, all that had it', { resource: 'db' }, ['E2', 'E1']],
    ['a secret by ARN, only itself', { resource: secret('db', 'AAAAAA').arn }, ['E1']],
    ['a secret whose name ends like a suffix', { resource: 'db-AAAAAA' }, ['E4']],
    ['a key', { resource: key.arn }, ['E5', 'E1']],
    ['failure', { outcome: 'failure' }, ['E2']],
    ['success', { outcome: 'success' }, ['E5', 'E4', 'E3', 'E1']],
    ['a request', { requestId: 'request-5' }, ['E5']],
    ['a source', { eventSource: 'kms.amazonaws.com' }, ['E4']],
    ['several at once', { resource: 'db', outcome: 'success', startTime: at(1) }, ['E1']],
    ['what there is not', { requestId: 'request-5 ' }, []],
    ['an id', { eventId }, ['E5']],
    ['an id, of another operation', { eventId, eventName: 'E4' }, []],
    ['an id that no event has', { eventId: eventId.replace('0', '1') }, []],
    ['an id that none can have', { eventId: 'x' }, []],
  ])('finds by %s', async (_, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  const byLaterTerms: [EventFilter, string[]][] = [
    [{ readOnly: false }, ['E5']],
    [{ readOnly: true }, ['E4', 'E3', 'E2', 'E1']],
    [{ resourceType: 'AWS::KMS::Key' }, ['E5', 'E1']],
    [{ resourceType: 'AWS::KMS::Key', outcome: 'success', resource: 'db' }, ['E1']],
    [{ accessKeyId: 'ASIA1' }, ['E3']],
    [{ accessKeyId: 'ASIA2' }, []],
    [{ userName: 'night' }, ['E3']],
    [{ userName: 'bob', readOnly: false }, ['E5']],
  ];

  it('finds by the terms that older blocks lack, in blocks of today, of before, and of both', async () => {
    const findAll = () => Promise.all(byLaterTerms.map(([filter]) => found(filter)));
    const expected = byLaterTerms.map(([, names]) => names);
    expect(await findAll()).toEqual(expected);
    // As an older version writes them.
    const later = [
      ...filterTerms(accountId, { readOnly: false, resourceType: key.type, accessKeyId: 'ASIA1', userName: 'night' }),
    ];
    const secretType = filterTerms(accountId, { resourceType: 'AWS::SecretsManager::Secret' });
    const { admin } = trail.database;
    await admin.query('UPDATE event_block SET term_set = 1');
    const [{ affectedRows }] = await admin.query<ResultSetHeader>('DELETE FROM event_posting WHERE term IN (?)', [
      [...later, ...secretType].map(termHash),
    ]);
    expect(affectedRows).toBeGreaterThanOrEqual(5);
    expect(await findAll()).toEqual(expected);
    await add({ eventName: 'E6', eventTime: at(6), resources: [key], readOnly: false, userIdentity: session });
    expect(await findAll()).toEqual(expected.map((names, index) => ([0, 2, 4, 6].includes(index) ? ['E6', ...names] : names)));
    const page = await lookup(repository, { accountId, filter: { accessKeyId: 'ASIA1' }, limit: 1, token: '' }, {});
    const query = { accountId, filter: { accessKeyId: 'ASIA1' }, limit: 1, token: page.nextToken };
    expect((await lookup(repository, query, {})).events.map(({ event }) => event.eventName)).toEqual(['E3']);
  });

  it.each<[string, EventFilter]>([
    ['all', {}],
    ['a resource', { resource: 'shared' }],
    ['a principal and an operation', { principal: 'ada', eventName: 'Paged' }],
    ['a time', { startTime: at(10), endTime: at(10) }],
  ])('pages through %s without a gap or a repetition', async (_, filter) => {
    // All at one instant or the next: places decide.
    await add(
      ...Array.from({ length: 23 }, (_, i) => ({
        eventName: 'Paged',
        eventTime: at(10 + (i % 2)),
        resources: [{ ...secret('shared', 'AAAAAA') }],
      })),
    );
    const everything = (await lookup(repository, { accountId, filter, limit: 1_000, token: '' }, {})).events.map(
      (e) => e.sequence,
    );
    const paged: number[] = [];
    for (let token = '', first = true; first || token !== ''; first = false) {
      const page = await lookup(repository, { accountId, filter, limit: 4, token }, {});
      expect(page.events.length).toBeLessThanOrEqual(4);
      paged.push(...page.events.map((e) => e.sequence));
      token = page.nextToken;
    }
    expect(paged).toEqual(everything);
    expect(paged.length).toBeGreaterThan(10);
  });

  it('finds late events among others, as filtering and sorting everything would', async () => {
    const names = ['A', 'B', 'C'];
    for (let batch = 0; batch < 12; batch++) {
      await add(
        ...Array.from({ length: 5 }, (_, i) => ({
          eventName: names[(batch + i) % 3],
          // Minutes apart within a batch, and batches that reach back behind those before them.
          eventTime: at(20 + ((batch * 7 + i * 3) % 11)),
          errorCode: i === 2 ? 'AccessDeniedException' : '',
        })),
      );
    }
    const all = await repository.after(accountId, 0, 1_000);
    const filters: EventFilter[] = [
      {},
      { eventName: 'B' },
      { outcome: 'failure', eventName: 'C' },
      { startTime: at(23), endTime: at(26) },
      { principal: 'ada', endTime: at(25), outcome: 'success' },
    ];
    for (const filter of filters) {
      const expected = all
        .filter(({ event }) => matches(filter, event))
        .sort((a, b) => b.event.eventTime.getTime() - a.event.eventTime.getTime() || b.sequence - a.sequence)
        .map((e) => e.sequence);
      const paged: number[] = [];
      for (let token = '', first = true; first || token !== ''; first = false) {
        const page = await lookup(repository, { accountId, filter, limit: 7, token }, {});
        paged.push(...page.events.map((e) => e.sequence));
        token = page.nextToken;
      }
      expect(paged).toEqual(expected);
    }
  });

  it('gives up at the deadline', async () => {
    const query = { accountId, filter: {}, limit: 50, token: '' };
    await expect(lookup(repository, query, { deadline: Date.now() - 1 })).rejects.toMatchObject({
      reason: 'RequestTimeoutException',
    });
  });

  it.each<[string, EventFilter]>([
    ['ix_time', { startTime: at(1), endTime: at(3) }],
    ['ix_time', { outcome: 'success' }],
    ['PRIMARY', { principal: 'arn:bob', startTime: at(1) }],
    ['PRIMARY', { eventName: 'E1', eventSource: 'x' }],
    ['PRIMARY', { resource: 'db', principal: 'bob', outcome: 'failure' }],
  ])('walks one stretch of %s, sorted as it is', async (index, filter) => {
    await add(...Array.from({ length: 60 }, (_, i) => ({ eventName: `E${i % 2}`, eventTime: at(i) })));
    const position = { time: at(50).getTime(), sequence: 5 };
    const { sql, parameters } = walkStatement(walkOf(accountId, filter, position), position, 10);
    const [plan] = await trail.database.admin.query<RowDataPacket[]>(`EXPLAIN ${sql}`, parameters);
    expect(plan[0]!['key']).toBe(index);
    expect(plan[0]!['type']).toMatch(/range|ref/);
    for (const { type } of plan.slice(1)) expect(type).toMatch(/eq_ref|const/);
    for (const { Extra } of plan) expect(Extra).not.toMatch(/filesort|temporary/);
  });
});

describe('the lock', () => {
  it('is held by one process at a time, and free again when that one is gone', async () => {
    const [one, other] = [await trail.connect(1), await trail.connect(1)];
    const brief = { lastsMs: 500 };
    const [lockOne, lockOther] = [new DatabaseWriterLock(one, brief), new DatabaseWriterLock(other, brief)];
    expect(await lockOne.hold()).toBe(true);
    expect(await lockOther.hold()).toBe(false);
    expect(await lockOne.hold()).toBe(true);
    await lockOne.release();
    expect(await lockOther.hold()).toBe(true);
    expect(await lockOne.hold()).toBe(false);
    await other.close();
    await eventually('the lock is free', () => lockOne.hold());
    await lockOne.release();
  });

  it('keeps a writer from the trail that has lost it without knowing', async () => {
    const pools = [await trail.connect(2), await trail.connect(2)] as const;
    const [asleep, successor] = pools.map((pool) => new DatabaseWriterLock(pool, { lastsMs: 600_000 })) as [
      DatabaseWriterLock,
      DatabaseWriterLock,
    ];
    expect(await asleep.hold()).toBe(true);
    await trail.database.admin.query("UPDATE lease SET expires_at = '2000-01-01' WHERE name = 'chain'");
    expect(await successor.hold()).toBe(true);
    const events = link(emptyChain(accountId), [encoded(testEvent())]);
    await expect(new DatabaseTrail(pools[0], asleep).append(events)).rejects.toThrow(LeaseLost);
    expect(await repository.head(accountId)).toEqual(emptyChain(accountId));
    await new DatabaseTrail(pools[1], successor).append(events);
    expect(await repository.head(accountId)).toMatchObject({ sequence: 1 });
    await successor.release();
  });
});
