import { USAGE } from '@strongroom/bounds';
import { questionMarks, type Statements } from '@strongroom/database';
import type { TrailEvent, TrailSink } from '@strongroom/trail-consumer';
import { type EventUsage, usageOf } from '../domain/event-usage';
import { textKey } from '../domain/hashing/text-key';
import { readerKey, type Reader, Tally, type TallyRow } from '../domain/tally';
import { type AccountState, firstOpenHour, readAccountState, writeAccountState } from './account-state';
import { insertRows, inGroups } from './many-rows';
import { ResourceLives } from './resource-lives';

interface ReaderRow {
  reader_key: Buffer;
  version_key: Buffer;
  last_read_at: Date;
}

/** Counts the events of the trail. Everything that one batch changes is written once. */
export class UsageSink implements TrailSink {
  constructor(private readonly maxDetailRows = USAGE.detailRows) {}

  async take(tx: Statements, accountId: string, events: readonly TrailEvent[]): Promise<void> {
    const usages = events.map(usageOf);
    const state = await readAccountState(tx, accountId);
    const lives = new ResourceLives(tx, accountId, firstOpenHour(state));
    await lives.load(arnsOf(usages));
    /** For each event, whether its secret was known by then: what counts for it must not depend on how events are batched. */
    const isKnown: boolean[] = [];
    for (const [index, usage] of usages.entries()) {
      const { eventId } = events[index]!;
      if (usage.takenBack !== undefined) await lives.takeBack(usage.takenBack);
      for (const change of usage.life) await lives.apply(change);
      for (const { secret, at } of usage.reads) await lives.seen(secret, at, eventId);
      if (usage.tagged) await lives.tagged(usage.tagged.arn, usage.tagged.at);
      isKnown.push(lives.isKnown(usage.call?.secret ?? ''));
    }
    await lives.writeStanding();
    const tally = await this.tally(tx, usages, isKnown, state);
    await lives.noteReads(tally.lastReads);
    const added = await writeTally(tx, accountId, tally);
    await writeAccountState(tx, accountId, {
      ...withDetail(state, tally.rows, added),
      firstSecretAt: earliest(state.firstSecretAt, usages),
    });
  }

  private async tally(
    tx: Statements,
    usages: readonly EventUsage[],
    isKnown: readonly boolean[],
    state: AccountState,
  ): Promise<Tally> {
    const ownReads = usages.flatMap(({ reads }) => reads).filter(({ isOwnCall }) => isOwnCall);
    const tally = new Tally(await readReaders(tx, ownReads));
    const firstHour = firstOpenHour(state);
    let room = this.maxDetailRows - state.detailRows;
    for (const [index, { call, reads }] of usages.entries()) {
      const hour = Math.max(call?.hour ?? 0, firstHour);
      // A new hour has room again.
      if (call && hour > state.detailHour) room = Math.max(room, this.maxDetailRows);
      const isDetailed = room > 0;
      const secret = isDetailed && isKnown[index] && call?.isSecretProven ? call.secret : '';
      if (call) tally.addCall(isDetailed ? call : { ...call, principal: '' }, hour, secret);
      for (const read of reads) {
        const isCounted = call && read.isOwnCall && isDetailed;
        tally.addRead(read, isCounted ? { hour, operation: call.operation, secret } : undefined);
      }
    }
    return tally;
  }
}

const arnsOf = (usages: readonly EventUsage[]): Set<string> =>
  new Set(
    usages
      .flatMap(({ call, reads, life, tagged }) => [
        call?.secret ?? '',
        ...reads.map(({ secret }) => secret),
        ...life.map(({ arn }) => arn),
        tagged?.arn ?? '',
      ])
      .filter((arn) => arn !== ''),
  );

function earliest(known: Date | undefined, usages: readonly EventUsage[]): Date | undefined {
  if (known) return known;
  return usages.flatMap(({ life }) => life).find(({ kind, change }) => kind === 'secret' && change === 'created')?.at;
}

function withDetail(state: AccountState, rows: readonly TallyRow[], added: number): AccountState {
  const hour = rows.reduce((latest, row) => Math.max(latest, row.hour), state.detailHour);
  const before = hour === state.detailHour ? state.detailRows : 0;
  return { ...state, detailHour: hour, detailRows: before + added };
}

async function readReaders(
  tx: Statements,
  reads: readonly { principal: string; secret: string }[],
): Promise<Map<string, Reader>> {
  const byKey = new Map(reads.map((read) => [textKey(readerKey(read)).toString('hex'), read]));
  const readers = new Map<string, Reader>();
  for (const group of inGroups([...byKey.keys()].map((key) => Buffer.from(key, 'hex')))) {
    const rows = await tx.query<ReaderRow>(
      `SELECT reader_key, version_key, last_read_at FROM reader WHERE reader_key IN (${questionMarks(group.length)})`,
      group,
    );
    for (const row of rows) {
      const read = byKey.get(row.reader_key.toString('hex'))!;
      readers.set(readerKey(read), { ...read, versionKey: row.version_key, at: row.last_read_at });
    }
  }
  return readers;
}

/** Returns how many rows of counters are new. */
async function writeTally(tx: Statements, accountId: string, { rows, billed, readers }: Tally): Promise<number> {
  const principals = new Set(rows.map(({ principal }) => principal).filter((arn) => arn !== ''));
  await insertRows(
    tx,
    'INSERT IGNORE INTO principal (principal_key, arn)',
    [...principals].map((arn) => [textKey(arn), arn]),
  );
  await insertRows(
    tx,
    'INSERT INTO reader (reader_key, version_key, last_read_at)',
    [...readers.values()].map((reader) => [textKey(readerKey(reader)), reader.versionKey, reader.at]),
    'ON DUPLICATE KEY UPDATE version_key = VALUES(version_key), last_read_at = VALUES(last_read_at)',
  );
  await insertRows(
    tx,
    'INSERT INTO billed_calls (account_id, day, product, quantity)',
    billed.map(({ day, product, quantity }) => [accountId, day, product, quantity]),
    'ON DUPLICATE KEY UPDATE quantity = quantity + VALUES(quantity)',
  );
  return insertRows(
    tx,
    `INSERT INTO usage_hour
       (account_id, period, operation, principal_key, secret_key, calls, failed, billed, repeated, busy_hours)`,
    rows.map((row) => [
      accountId,
      row.hour,
      row.operation,
      textKey(row.principal),
      textKey(row.secret),
      row.calls,
      row.failed,
      row.billed,
      row.repeated,
      1,
    ]),
    `ON DUPLICATE KEY UPDATE calls = calls + VALUES(calls), failed = failed + VALUES(failed), billed = billed + VALUES(billed),
       repeated = repeated + VALUES(repeated)`,
  );
}
