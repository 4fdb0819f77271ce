import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEvent } from '@strongroom/audit-trail';
import type { RowDataPacket } from 'mysql2/promise';
import { ChainWriter } from '../domain/chain-writer';
import { emptyChain, link } from '../domain/chain';
import type { EventFilter } from '../domain/event-filter';
import { lookup } from '../domain/lookup';
import { FakeAnchor, FakeSealer, testClock, testEvent } from '../domain/trail.testing';
import { ChainConflict } from '../domain/trail.port';
import { TrailVerifier } from '../domain/verification';
import { createTrailDatabase, type TrailDatabase } from './trail-database.testing';
import { lookupStatement } from './lookup-statement';
import { TrailRepository } from './trail.repository';
import { DatabaseWriterLock } from './writer-lock';

const accountId = '000000000000';
let trail: TrailDatabase;
let repository: TrailRepository;
let writer: ChainWriter;

beforeEach(async () => {
  trail = await createTrailDatabase();
  repository = new TrailRepository(await trail.connect());
  writer = new ChainWriter(repository);
});
afterEach(() => trail.drop());

const add = (...events: Partial<AuditEvent>[]) => writer.append(events.map(testEvent));

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
});

it('adds all of a batch or none', async () => {
  const [first, second] = link(emptyChain(accountId), [testEvent(), testEvent()]);
  await repository.append([second!]);
  await expect(repository.append([first!, second!])).rejects.toBeInstanceOf(ChainConflict);
  expect(await repository.after(accountId, 0, 10)).toHaveLength(1);
});

it('refuses an event that the account has, at another place', async () => {
  const event = testEvent();
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
  it.each([
    'UPDATE event SET record = record',
    'DELETE FROM event',
    'UPDATE event_resource SET resource_arn = resource_name',
    'DELETE FROM event_resource',
    'UPDATE seal SET hash = hash',
    'DELETE FROM seal',
    'TRUNCATE TABLE event',
    'DROP TABLE seal',
    'ALTER TABLE event DROP COLUMN record',
    'REPLACE INTO seal SELECT * FROM seal',
    'INSERT INTO seal SELECT * FROM seal ON DUPLICATE KEY UPDATE created_at = UTC_TIMESTAMP()',
    'CREATE TRIGGER t BEFORE INSERT ON event FOR EACH ROW SET NEW.failed = 0',
  ])('is refused: %s', async (statement) => {
    await add({});
    const dataSource = await trail.connect();
    await expect(dataSource.query(statement)).rejects.toMatchObject({
      driverError: {
        code: expect.stringMatching(/^ER_(TABLEACCESS_DENIED|COLUMNACCESS_DENIED|SPECIFIC_ACCESS_DENIED)_ERROR$|^ER_DBACCESS/),
      },
    });
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

  beforeEach(() =>
    add(
      { eventName: 'E1', eventTime: at(1), resources: [secret('db', 'AAAAAA'), key] },
      { eventName: 'E2', eventTime: at(2), resources: [secret('db', 'BBBBBB')], errorCode: 'AccessDeniedException' },
      { eventName: 'E3', eventTime: at(3), resources: [], userIdentity: who('', 'arn:aws:sts::1:assumed-role/app/s') },
      { eventName: 'E4', eventTime: at(4), resources: [secret('db-AAAAAA', 'CCCCCC')], eventSource: 'kms.amazonaws.com' },
      { eventName: 'E5', eventTime: at(5), resources: [key, key], requestId: 'request-5', userIdentity: who('bob', 'arn:bob') },
      { eventName: 'Elsewhere', eventTime: at(6), recipientAccountId: '111111111111' },
    ),
  );

  const found = async (filter: EventFilter) =>
    (await lookup(repository, { accountId, filter, limit: 50, token: '' }, {})).events.map(({ event }) => event.eventName);

  it.each<[string, EventFilter, string[]]>([
    ['nothing', {}, ['E5', 'E4', 'E3', 'E2', 'E1']],
    ['a time, both ends included', { startTime: at(2), endTime: at(4) }, ['E4', 'E3', 'E2']],
    ['a user name', { principal: 'bob' }, ['E5']],
    ['a principal', { principal: 'arn:aws:sts::1:assumed-role/app/s' }, ['E3']],
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
  ])('finds by %s', async (_, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
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
    const everything = (await repository.lookup({ accountId, filter, limit: 1_000 }, {})).map((e) => e.sequence);
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

  it.each<[string, EventFilter]>([
    ['ix_time', { startTime: at(1), endTime: at(3) }],
    ['ix_principal', { principal: 'arn:bob', startTime: at(1) }],
    ['ix_user', { principal: 'bob' }],
    ['ix_name', { eventName: 'E1', eventSource: 'x' }],
    ['ix_source', { eventSource: 'x' }],
    ['ix_failed', { outcome: 'failure', eventName: 'E1' }],
    ['ix_request', { requestId: 'r', principal: 'bob' }],
    ['PRIMARY', { resource: 'db', principal: 'bob' }],
  ])('reads one stretch of %s, sorted as it is', async (index, filter) => {
    const { sql, parameters } = lookupStatement(accountId, filter, { time: at(5).getTime(), sequence: 5 }, 10);
    const [plan] = await trail.database.admin.query<RowDataPacket[]>(`EXPLAIN ${sql}`, parameters);
    expect(plan[0]!['key']).toBe(index);
    expect(plan[0]!['type']).toMatch(/range|ref/);
    expect(plan[0]!['Extra']).not.toMatch(/filesort|temporary/);
  });
});

describe('tampering through an administrator', () => {
  const anchor = new FakeAnchor();
  const sealer = new FakeSealer();
  const clock = testClock();
  const findings = async () => {
    const { findings: found } = await new TrailVerifier(repository, sealer, anchor, clock).verify(accountId, {}, {});
    return found.map(({ kind, sequence }) => `${kind} ${sequence}`);
  };

  beforeEach(async () => {
    const [head] = await add(...Array.from({ length: 10 }, (_, i) => ({ eventName: `E${i + 1}` })));
    anchor.head = head;
    await repository.addSeal({ ...head!, blob: await sealer.seal(head!) });
    await repository.addSeal({ ...head!, blob: Buffer.from('a second one changes nothing') });
  });

  it('is not found where there was none', async () => {
    expect(await findings()).toEqual([]);
  });

  it.each([
    [`UPDATE event SET record = REPLACE(record, 'E4', 'X4') WHERE sequence = 4`, ['changed 4']],
    [`UPDATE event SET event_name = 'X4' WHERE sequence = 4`, ['changed 4']],
    [`UPDATE event SET event_time = event_time + INTERVAL 1000 MICROSECOND WHERE sequence = 4`, ['changed 4']],
    [`UPDATE event SET hash = REVERSE(hash) WHERE sequence = 4`, ['changed 4', 'changed 5']],
    [`DELETE FROM event_resource WHERE sequence = 4`, ['changed 4']],
    [`UPDATE event_resource SET event_time = event_time - INTERVAL 1 DAY WHERE sequence = 4`, ['changed 4']],
    [`DELETE FROM event WHERE sequence = 4`, ['missing 4']],
    [`DELETE FROM event WHERE sequence > 7`, ['missing-tail 8']],
    [`DELETE FROM event`, ['missing-tail 1']],
    [`UPDATE seal SET seal = REVERSE(seal)`, ['seal-invalid 10']],
    [`UPDATE event SET account_id = '222222222222' WHERE sequence = 10`, ['missing-tail 10']],
  ])('is found: %s', async (statement, expected) => {
    await trail.database.admin.query(statement);
    expect(await findings()).toEqual(expected);
  });
});

describe('the lock', () => {
  it('is held by one process at a time, and free again when that one is gone', async () => {
    const [one, other] = [await trail.connect(), await trail.connect()];
    const [lockOne, lockOther] = [new DatabaseWriterLock(one), new DatabaseWriterLock(other)];
    expect(await lockOne.hold()).toBe(true);
    expect(await lockOther.hold()).toBe(false);
    expect(await lockOne.hold()).toBe(true);
    await lockOne.release();
    expect(await lockOther.hold()).toBe(true);
    expect(await lockOne.hold()).toBe(false);
    const [row] = (await other.query(`SELECT IS_USED_LOCK(CONCAT(DATABASE(), '.chain')) AS id`)) as { id: number }[];
    await trail.database.admin.query(`KILL ${Number(row!.id)}`);
    // The server ends the session in its own time.
    for (let tries = 0; tries < 50 && !(await lockOne.hold()); tries++) await sleep(20);
    expect(await lockOne.hold()).toBe(true);
    await lockOne.release();
    await lockOther.release();
  });
});
