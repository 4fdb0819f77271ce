import { type HotPool, padded, questionMarks, type Statements } from '@strongroom/database';
import type { Alarm, AlarmSettings } from '../../domain/alarms/alarm';
import type { Counts } from '../../domain/alarms/alarm-evaluation';
import type {
  AlarmQuery,
  AlarmStore,
  ChangeToJournal,
  CountedEvents,
  HistoryItem,
  HistoryQuery,
  HistoryType,
} from '../../domain/alarms/alarm-store.port';
import { lastStepBefore, STEPS } from '../../domain/alarms/alarm-window';
import { takeTurn } from '../account-turn';
import { ALARM_COLUMNS, type AlarmRow, toAlarm, toAlarmColumns } from './alarm-row';

/** Counts of one statement. */
const TOGETHER = 64;

interface HistoryRow {
  history_id: number | string;
  account_id: string;
  alarm_name: string;
  type: HistoryType;
  at: Date;
  summary: string;
  data: string;
  event_id: string | null;
}
const HISTORY_COLUMNS = 'history_id, account_id, alarm_name, type, at, summary, data, event_id';

export class DatabaseAlarmStore implements AlarmStore {
  constructor(private readonly pool: HotPool) {}

  async find({ accountId, names, prefix, state, after, limit }: AlarmQuery): Promise<Alarm[]> {
    const wanted = names.length > 0 ? padded(names) : [];
    const rows = await this.pool.query<AlarmRow>(
      `SELECT ${ALARM_COLUMNS} FROM alarm WHERE account_id = ? AND name > ?
       ${wanted.length > 0 ? `AND name IN (${questionMarks(wanted.length)})` : ''}
       ${prefix === '' ? '' : 'AND LEFT(name, ?) = ?'} ${state === undefined ? '' : 'AND state = ?'}
       ORDER BY name LIMIT ${Number(limit)}`,
      [accountId, after, ...wanted, ...(prefix === '' ? [] : [prefix.length, prefix]), ...(state === undefined ? [] : [state])],
    );
    return rows.map(toAlarm);
  }

  async history({ accountId, alarmName, type, before, limit }: HistoryQuery): Promise<(HistoryItem & { historyId: number })[]> {
    const rows = await this.pool.query<HistoryRow>(
      `SELECT ${HISTORY_COLUMNS} FROM alarm_history WHERE account_id = ? ${alarmName === '' ? '' : 'AND alarm_name = ?'}
       ${type === undefined ? '' : 'AND type = ?'} ${before === undefined ? '' : 'AND history_id < ?'}
       ORDER BY history_id DESC LIMIT ${Number(limit)}`,
      [accountId, ...(alarmName === '' ? [] : [alarmName]), ...(type ? [type] : []), ...(before === undefined ? [] : [before])],
    );
    return rows.map(toHistory);
  }

  transaction<T>(work: (tx: Statements) => Promise<T>, deadline?: number): Promise<T> {
    return this.pool.transaction(work, { deadline });
  }

  async isDue(now: Date): Promise<boolean> {
    return (await this.pool.query('SELECT 1 FROM alarm WHERE look_at <= ? LIMIT 1', [now])).length > 0;
  }

  takeTurn(tx: Statements, accountId: string): Promise<void> {
    return takeTurn(tx, accountId);
  }

  async count({ query }: Statements, accountId: string): Promise<number> {
    const [row] = await query<{ count: number | string }>('SELECT COUNT(*) AS count FROM alarm WHERE account_id = ?', [
      accountId,
    ]);
    return Number(row!.count);
  }

  async lock({ query }: Statements, accountId: string, names?: readonly string[]): Promise<Alarm[]> {
    const wanted = names && padded(names);
    const rows = await query<AlarmRow>(
      `SELECT ${ALARM_COLUMNS} FROM alarm WHERE account_id = ? ${wanted ? `AND name IN (${questionMarks(wanted.length)})` : ''}
       ORDER BY alarm_id FOR UPDATE`,
      [accountId, ...(wanted ?? [])],
    );
    return rows.map(toAlarm);
  }

  async lockDue({ query }: Statements, now: Date): Promise<Alarm | undefined> {
    const [row] = await query<AlarmRow>(
      `SELECT ${ALARM_COLUMNS} FROM alarm WHERE look_at <= ? ORDER BY look_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now],
    );
    return row && toAlarm(row);
  }

  async insert({ execute }: Statements, accountId: string, settings: AlarmSettings, now: Date): Promise<Alarm> {
    const fresh: Omit<Alarm, 'id'> = {
      ...settings,
      accountId,
      state: 'INSUFFICIENT_DATA',
      stateReason: 'The alarm is new.',
      stateUpdatedAt: now,
      configuredAt: now,
      countedSince: now,
    };
    const columns = toAlarmColumns(fresh, now);
    const names = Object.keys(columns);
    const { insertId } = await execute(
      `INSERT INTO alarm (${names.join(', ')}) VALUES (${questionMarks(names.length)})`,
      Object.values(columns),
    );
    return { ...fresh, id: insertId };
  }

  async update({ execute }: Statements, alarm: Alarm, lookAt: Date): Promise<void> {
    const columns = toAlarmColumns(alarm, lookAt);
    await execute(
      `UPDATE alarm SET ${Object.keys(columns)
        .map((name) => `${name} = ?`)
        .join(', ')} WHERE alarm_id = ?`,
      [...Object.values(columns), alarm.id],
    );
  }

  async remove({ execute }: Statements, alarms: readonly Alarm[]): Promise<void> {
    for (const { id } of alarms) await execute('DELETE FROM alarm WHERE alarm_id = ?', [id]);
  }

  async addCounts({ execute }: Statements, { id }: Alarm, counts: readonly CountedEvents[]): Promise<void> {
    for (let at = 0; at < counts.length; at += TOGETHER) {
      const some = counts.slice(at, at + TOGETHER);
      const rows = padded(some);
      await execute(
        `INSERT INTO alarm_count (alarm_id, step, group_key, events) VALUES ${rows.map(() => `(${questionMarks(4)})`).join(', ')}
         ON DUPLICATE KEY UPDATE events = events + VALUES(events)`,
        // What pads a statement counts nothing.
        rows.flatMap(({ step, group, events }, index) => [id, step, group, index < some.length ? events : 0]),
      );
    }
  }

  async groups({ query }: Statements, { id }: Alarm, afterStep: number): Promise<Set<string>> {
    const rows = await query<{ group_key: string }>(
      'SELECT DISTINCT group_key FROM alarm_count WHERE alarm_id = ? AND step > ?',
      [id, afterStep],
    );
    return new Set(rows.map(({ group_key: group }) => group));
  }

  async counts({ query }: Statements, alarm: Alarm, step: number, isOpen: boolean): Promise<Map<string, Counts>> {
    const rows = await query<{ group_key: string; step: number | string; events: number | string }>(
      `SELECT group_key, step, events FROM alarm_count WHERE alarm_id = ? AND step > ? ${isOpen ? '' : 'AND step <= ?'}`,
      [alarm.id, lastStepBefore(alarm, step), ...(isOpen ? [] : [step])],
    );
    const counts = new Map<string, number[]>();
    for (const row of rows) {
      const ofGroup = counts.get(row.group_key) ?? Array<number>(alarm.evaluationPeriods).fill(0);
      counts.set(row.group_key, ofGroup);
      ofGroup[Math.max(0, Math.floor((step - Number(row.step)) / STEPS))]! += Number(row.events);
    }
    return counts;
  }

  async dropCounts({ execute }: Statements, { id }: Alarm, upTo: number): Promise<void> {
    await execute('DELETE FROM alarm_count WHERE alarm_id = ? AND step <= ?', [id, upTo]);
  }

  async addHistory({ execute }: Statements, item: HistoryItem, eventId?: string): Promise<void> {
    await execute(
      `INSERT INTO alarm_history (account_id, alarm_name, type, at, summary, data, event_id, to_journal)
       VALUES (${questionMarks(8)})`,
      [item.accountId, item.alarmName, item.type, item.at, item.summary, item.data, eventId ?? null, eventId ? 1 : null],
    );
  }

  async toJournal(limit: number): Promise<ChangeToJournal[]> {
    const rows = await this.pool.query<HistoryRow>(
      `SELECT ${HISTORY_COLUMNS} FROM alarm_history WHERE to_journal = TRUE ORDER BY history_id LIMIT ${Number(limit)}`,
      [],
    );
    return rows.map((row) => ({ ...toHistory(row), eventId: row.event_id! }));
  }

  async journaled(historyIds: readonly number[]): Promise<void> {
    if (historyIds.length === 0) return;
    const ids = padded(historyIds);
    await this.pool.transaction(({ execute }) =>
      execute(`UPDATE alarm_history SET to_journal = NULL WHERE history_id IN (${questionMarks(ids.length)})`, ids),
    );
  }

  async purgeHistory(before: Date, limit: number): Promise<number> {
    const { affectedRows } = await this.pool.transaction(({ execute }) =>
      execute(`DELETE FROM alarm_history WHERE at < ? AND to_journal IS NULL LIMIT ${Number(limit)}`, [before]),
    );
    return affectedRows;
  }
}

const toHistory = (row: HistoryRow): HistoryItem & { historyId: number } => ({
  historyId: Number(row.history_id),
  accountId: row.account_id,
  alarmName: row.alarm_name,
  type: row.type,
  at: row.at,
  summary: row.summary,
  data: row.data,
});
