import type { RowDataPacket } from 'mysql2/promise';
import { emptyChain, link, type ChainedEvent } from '../../domain/chain';
import { ChainWriter } from '../../domain/chain-writer';
import { matches, type EventFilter } from '../../domain/event-filter';
import { lookup } from '../../domain/lookup';
import { encoded, FakeAnchor, FakeSealer, testClock, testEvent } from '../../domain/trail.testing';
import { TrailVerifier } from '../../domain/verification';
import { migrations } from '.';
import { createTrailDatabase, type TrailDatabase } from '../trail-database.testing';
import { DatabaseTrail } from '../trail.repository';

const accountId = '000000000000';
const before = migrations.slice(0, 1);
let trail: TrailDatabase;

beforeEach(async () => {
  trail = await createTrailDatabase(before);
});
afterEach(() => trail.drop());

const query = async (sql: string, values?: unknown[]) => (await trail.database.admin.query<RowDataPacket[]>(sql, values))[0];

/** As the version before wrote them. */
const insertRows = (events: ChainedEvent[], table = 'event') =>
  query(
    `INSERT INTO ${table} (account_id, sequence, event_id, event_time, event_source, event_name, principal_arn, user_name, request_id,
      failed, hash, record) VALUES ?`,
    [
      events.map(({ event, sequence, hash, record }) => [
        event.recipientAccountId,
        sequence,
        event.eventId,
        event.eventTime,
        event.eventSource,
        event.eventName,
        event.userIdentity.arn,
        event.userIdentity.userName,
        event.requestId,
        event.errorCode === '' ? 0 : 1,
        hash,
        record,
      ]),
    ],
  );

const chainOf = (count: number, account = accountId) =>
  link(
    emptyChain(account),
    Array.from({ length: count }, (_, i) =>
      encoded(
        testEvent({
          recipientAccountId: account,
          eventName: `E${i % 7}`,
          eventTime: new Date(Date.UTC(2026, 10, 24, 10) + ((i * 37) % 1_000) * 100),
          errorCode: i % 11 === 0 ? 'AccessDeniedException' : '',
        }),
      ),
    ),
  );

const open = async () => new DatabaseTrail(await trail.connect());
const tables = async () => (await query('SHOW TABLES')).map((row) => Object.values(row)[0] as string).sort();
const ofLater = ['checkpoint', 'checkpoint_copy', 'lease', 'trail_cut', 'tree_node'];
const afterwards = ['event_block', 'event_identity', 'event_posting', 'migration', 'seal', ...ofLater].sort();

const verify = async (repository: DatabaseTrail, account = accountId) => {
  const verification = await new TrailVerifier(repository, new FakeSealer(), new FakeAnchor(), testClock()).verify(
    account,
    {},
    {},
  );
  return { ...verification, findings: verification.findings.map(({ kind, sequence }) => `${kind} ${sequence}`) };
};

it('moves every event of every account, to where lookups find it', async () => {
  const chain = chainOf(2_500);
  const other = chainOf(3, '111111111111');
  await insertRows(chain);
  await insertRows(other);
  await trail.migrate();
  expect(await tables()).toEqual(afterwards);

  const repository = await open();
  expect(await repository.after(accountId, 0, 10_000)).toEqual(chain);
  expect(await repository.after('111111111111', 0, 10)).toEqual(other);
  expect(await verify(repository)).toMatchObject({ eventsVerified: 2_500, lastHash: chain.at(-1)!.hash, findings: [] });
  expect(await verify(repository, '111111111111')).toMatchObject({ eventsVerified: 3, findings: [] });
  const filters: EventFilter[] = [{}, { eventName: 'E3' }, { outcome: 'failure' }, { requestId: chain[77]!.event.requestId }];
  for (const filter of filters) {
    const expected = chain
      .filter(({ event }) => matches(filter, event))
      .sort((a, b) => b.event.eventTime.getTime() - a.event.eventTime.getTime() || b.sequence - a.sequence);
    const { events } = await lookup(repository, { accountId, filter, limit: 1_000, token: '' }, {});
    expect(events.map((e) => e.sequence)).toEqual(expected.slice(0, 1_000).map((e) => e.sequence));
  }
});

it('leaves chains that go on where they ended, and events that come again out', async () => {
  const chain = chainOf(300);
  await insertRows(chain);
  await trail.migrate();
  const repository = await open();
  const heads = await new ChainWriter(repository).append([chain[299]!, encoded(testEvent())]);
  expect(heads).toMatchObject([{ sequence: 301 }]);
  expect((await verify(repository)).findings).toEqual([]);
});

it('makes an empty trail of an empty one', async () => {
  await trail.migrate();
  expect(await tables()).toEqual(afterwards);
});

it.each(['event', 'event_moved'])('goes on where it was interrupted, when the table is named %s', async (table) => {
  const chain = chainOf(2_500);
  await insertRows(chain.slice(0, 1_100));
  await query('CREATE TABLE spare LIKE event');
  await trail.migrate();
  // As if it had not ended: some pages are moved, the old tables are there.
  await query('DELETE FROM migration WHERE name LIKE ?', ['StoreBlocks%']);
  await query(`RENAME TABLE spare TO ${table}`);
  await insertRows(chain, table);
  await query('CREATE TABLE event_resource (id INT)');
  await trail.migrate();
  expect(await tables()).toEqual(afterwards);
  const repository = await open();
  expect(await repository.after(accountId, 0, 10_000)).toEqual(chain);
  expect(await verify(repository)).toMatchObject({ eventsVerified: 2_500, findings: [] });
});

it('only notes that it ran when it was interrupted at its very end', async () => {
  const chain = chainOf(10);
  await insertRows(chain);
  await trail.migrate();
  await query('DELETE FROM migration WHERE name LIKE ?', ['StoreBlocks%']);
  await trail.migrate();
  expect(await (await open()).after(accountId, 0, 100)).toEqual(chain);
});

it('brings along what was tampered with, for VerifyTrail to find as before', async () => {
  const chain = chainOf(20);
  await insertRows(chain);
  await query(`UPDATE event SET record = REPLACE(record, 'E3', 'X3') WHERE sequence = 4`);
  await query(`UPDATE event SET record = 'x' WHERE sequence = 6`);
  await query('DELETE FROM event WHERE sequence IN (9, 10)');
  await query(`UPDATE event a JOIN event b ON b.sequence = 13 SET a.record = b.record WHERE a.sequence = 12`);
  await query(`UPDATE event SET hash = REVERSE(hash) WHERE sequence = 15`);
  await trail.migrate();
  expect((await verify(await open())).findings).toEqual([
    'changed 4',
    'changed 6',
    'missing 9',
    'changed 12',
    'changed 13',
    'changed 15',
    'changed 16',
  ]);
});
