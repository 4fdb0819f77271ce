import type { RowDataPacket } from 'mysql2/promise';
import { ChainWriter } from '../domain/chain-writer';
import { lookup } from '../domain/lookup';
import { encoded, FakeAnchor, FakeSealer, testClock, testEvent } from '../domain/trail.testing';
import { TrailVerifier } from '../domain/verification';
import type { Finding } from '../domain/verification-run';
import type { PackedEvent } from './block-codec';
import { renamed, repack } from './tampering.testing';
import { createTrailDatabase, type TrailDatabase } from './trail-database.testing';
import { DatabaseTrail } from './trail.repository';

const accountId = '000000000000';
const anchor = new FakeAnchor();
const sealer = new FakeSealer();
let trail: TrailDatabase;
let repository: DatabaseTrail;

/** Ten events in blocks of four, four and two; the last one is sealed. */
beforeEach(async () => {
  trail = await createTrailDatabase();
  repository = new DatabaseTrail(await trail.connect());
  const writer = new ChainWriter(repository);
  for (const eventNames of [
    ['E1', 'E2', 'E3', 'E4'],
    ['E5', 'E6', 'E7', 'E8'],
    ['E9', 'E10'],
  ]) {
    const [head] = await writer.append(
      eventNames.map((eventName, i) =>
        encoded(
          testEvent({
            eventName,
            errorCode: eventName === 'E7' ? 'AccessDeniedException' : '',
            requestId: `request-${eventName}`,
            eventTime: new Date(Date.UTC(2026, 10, 24, 10, 0, i)),
          }),
        ),
      ),
    );
    anchor.head = head!;
  }
  await repository.addSeal({ ...anchor.head!, blob: await sealer.seal(anchor.head!) });
  await repository.addSeal({ ...anchor.head!, blob: Buffer.from('a second one changes nothing') });
});
afterEach(() => trail.drop());

const names = (found: Finding[]) => found.map(({ kind, sequence }) => `${kind} ${sequence}`);

/** By both ways, which must agree. */
const findings = async () => {
  const verifier = new TrailVerifier(repository, sealer, anchor, testClock(), { stride: 1 });
  const inOne = names((await verifier.verify(accountId, {}, {})).findings);
  const told: Finding[] = [];
  for await (const progress of verifier.verifyOn(accountId, undefined, {})) {
    told.push(...progress.findings);
    if (progress.result) expect(names(progress.result.findings)).toEqual(inOne);
  }
  expect(names(told).sort()).toEqual([...inOne].sort());
  return inOne;
};

it('is not found where there was none', async () => {
  expect(await findings()).toEqual([]);
});

const second = 'WHERE first_sequence = 5';
it.each([
  [`UPDATE event_block SET records = REVERSE(records) ${second}`, ['changed 5']],
  [`UPDATE event_block SET records = CONCAT(records, 'x') ${second}`, ['changed 5']],
  [`UPDATE event_block SET records = LEFT(records, 100) ${second}`, ['changed 5']],
  [`UPDATE event_block SET records = '' ${second}`, ['changed 5']],
  [
    `UPDATE event_block SET records = (SELECT records FROM event_block ${second}) WHERE first_sequence = 1`,
    ['changed 1', 'out-of-order 2', 'out-of-order 3', 'out-of-order 4', 'changed 5'],
  ],
  [`UPDATE event_block SET last_sequence = 7 ${second}`, ['changed 5']],
  [`UPDATE event_block SET last_sequence = 9 WHERE first_sequence = 9`, ['changed 9', 'missing-tail 10']],
  [`UPDATE event_block SET last_hash = REVERSE(last_hash) ${second}`, ['changed 5']],
  [`UPDATE event_block SET first_time = first_time + INTERVAL 1000 MICROSECOND ${second}`, ['changed 5']],
  [`UPDATE event_block SET last_time = last_time + INTERVAL 1000 MICROSECOND ${second}`, ['changed 5']],
  [`UPDATE event_block SET term_set = 3 ${second}`, ['changed 5']],
  [`UPDATE event_block SET first_sequence = 6 ${second}`, expect.arrayContaining(['missing 5'])],
  [`UPDATE event_block SET account_id = '222222222222' WHERE first_sequence = 9`, ['missing-tail 9']],
  [
    `INSERT INTO event_block SELECT account_id, 7, last_sequence, first_time, last_time, last_hash, records, term_set FROM event_block ${second}`,
    expect.arrayContaining(['out-of-order 7', 'out-of-order 8']),
  ],
  [`DELETE FROM event_block ${second}`, ['missing 5']],
  [`DELETE FROM event_block WHERE first_sequence > 4`, ['missing-tail 5']],
  [`DELETE FROM event_block`, ['missing-tail 1']],
  [`DELETE FROM event_identity WHERE sequence = 6`, ['changed 6']],
  [`UPDATE event_identity SET sequence = 4 WHERE sequence = 6`, ['changed 6']],
  [`UPDATE event_identity SET event_id = REVERSE(event_id) WHERE sequence = 6`, ['changed 6']],
  [`UPDATE event_identity SET account_id = '222222222222' WHERE sequence = 6`, ['changed 6']],
  [`DELETE FROM event_posting ${second}`, ['changed 5', 'changed 6', 'changed 7', 'changed 8']],
  [`UPDATE event_posting SET term = REVERSE(term) ${second}`, ['changed 5', 'changed 6', 'changed 7', 'changed 8']],
  [
    `UPDATE event_posting SET last_time = last_time - INTERVAL 1 DAY ${second}`,
    ['changed 5', 'changed 6', 'changed 7', 'changed 8'],
  ],
  [`UPDATE event_posting SET first_sequence = 2 ${second}`, ['changed 5', 'changed 6', 'changed 7', 'changed 8']],
  [`UPDATE seal SET seal = REVERSE(seal)`, ['seal-invalid 10']],
])('is found: %s', async (statement, expected) => {
  await trail.database.admin.query(statement);
  expect(await findings()).toEqual(expected);
});

it.each<[string, string[], (events: PackedEvent[]) => PackedEvent[]]>([
  ['a record', ['changed 6'], ([a, b, ...rest]) => [a!, renamed(b!, 'X6'), ...rest]],
  ['a record that is none any more', ['changed 6'], ([a, b, ...rest]) => [a!, { ...b!, record: 'x' }, ...rest]],
  ['a hash', ['changed 6', 'changed 7'], ([a, b, ...rest]) => [a!, { ...b!, hash: Buffer.alloc(32) }, ...rest]],
  ['two events that changed places', expect.arrayContaining(['out-of-order 6']), ([a, b, c, d]) => [a!, c!, b!, d!]],
  ['an event taken out', ['changed 5', 'changed 6', 'changed 7', 'missing 8'], ([a, , c, d]) => [a!, c!, d!]],
  ['an event put in', expect.arrayContaining(['changed 5']), ([a, b, c, d]) => [a!, b!, b!, c!, d!]],
])('is found inside a block: %s', async (_, expected, change) => {
  await repack(trail.database.admin, { accountId, firstSequence: 5 }, change);
  expect(await findings()).toEqual(expected);
});

it('is found at each single entry that leads to a block', async () => {
  const { admin } = trail.database;
  const [postings] = await admin.query<RowDataPacket[]>('SELECT * FROM event_posting');
  expect(postings.length).toBeGreaterThan(20);
  for (const { term, last_time, first_sequence } of postings) {
    await admin.query('DELETE FROM event_posting WHERE term = ? AND first_sequence = ?', [term, first_sequence]);
    expect(await findings()).toEqual([expect.stringMatching(/^changed /)]);
    await admin.query('INSERT INTO event_posting VALUES (?)', [[term, last_time, first_sequence]]);
  }
  expect(await findings()).toEqual([]);
});

it('does not keep an event out whose id was entered before it came: that shows, to the writer and to VerifyTrail', async () => {
  const event = encoded(testEvent({ eventName: 'wanted' }));
  const forge = (sequence: number) =>
    trail.database.admin.query('INSERT INTO event_identity VALUES (?, UNHEX(?), ?)', [
      accountId,
      event.event.eventId.replaceAll('-', ''),
      sequence,
    ]);
  for (const sequence of [3, 11, 9_999]) {
    await forge(sequence);
    await expect(new ChainWriter(repository).append([event])).rejects.toThrow(`names the place ${sequence}, where it is not`);
    expect(await findings()).toEqual(['changed 10']);
    await trail.database.admin.query('DELETE FROM event_identity WHERE sequence = ? AND event_id = UNHEX(?)', [
      sequence,
      event.event.eventId.replaceAll('-', ''),
    ]);
  }
  expect(await new ChainWriter(repository).append([event])).toMatchObject([{ sequence: 11 }]);
});

it('makes a lookup fail that comes to a damaged block, and says where more is told', async () => {
  await trail.database.admin.query(`UPDATE event_block SET records = REVERSE(records) ${second}`);
  const find = (requestId: string) => lookup(repository, { accountId, filter: { requestId }, limit: 5, token: '' }, {});
  await expect(find('request-E6')).rejects.toThrow('from sequence 5 on are damaged; run VerifyTrail for details');
  expect((await find('request-E9')).events).toHaveLength(1);
});
