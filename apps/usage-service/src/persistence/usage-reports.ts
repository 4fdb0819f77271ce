import { firstDayOf } from '@strongroom/billing';
import type { HotPool } from '@strongroom/database';
import { textKey } from '../domain/hashing/text-key';
import { operationOf } from '../domain/operations';
import { monthOfNumber } from '../domain/periods';
import type { IdleSecret, Period, PollerGroup, UsageGroup, UsageQuestion, UsageReports } from '../domain/usage-report.port';

/** Where counters of a granularity are: its own table, and those of shorter periods that are not rolled up yet. */
interface Source {
  table: string;
  /** The period that a row's own period is in. */
  period: string;
  /** The first of the row's own periods in a period. */
  first: (period: number) => number;
}

const YEAR_MONTH = (day: string) => `EXTRACT(YEAR_MONTH FROM DATE_ADD('1970-01-01', INTERVAL ${day} DAY))`;
const MONTH_OF = (day: string) => `((${YEAR_MONTH(day)} DIV 100) * 12 + (${YEAR_MONTH(day)} MOD 100) - 1)`;
const firstDay = (month: number): number => firstDayOf(monthOfNumber(month));
const same = (period: number): number => period;

const SOURCES: Readonly<Record<Period, readonly Source[]>> = {
  hour: [{ table: 'usage_hour', period: 'period', first: same }],
  day: [
    { table: 'usage_hour', period: 'period DIV 24', first: (day) => day * 24 },
    { table: 'usage_day', period: 'period', first: same },
  ],
  month: [
    { table: 'usage_hour', period: MONTH_OF('(period DIV 24)'), first: (month) => firstDay(month) * 24 },
    { table: 'usage_day', period: MONTH_OF('period'), first: firstDay },
    { table: 'usage_month', period: 'period', first: same },
  ],
};

/** What rows are told apart by, in their order. */
const GROUPS = 'period, account_id, operation, principal_key, secret_key, tag';

const NO_KEY = Buffer.alloc(0);
const READ = operationOf({ eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue' });

interface UsageRow {
  period: number;
  account_id: string;
  operation: string;
  principal_key: Buffer;
  secret_key: Buffer;
  principal: string | null;
  secret: string | null;
  tag: Buffer;
  // The database adds integers up to decimals, which are texts here.
  calls: string;
  failed: string;
  billed: string;
  repeated: string;
}

interface PollerRow {
  principal_key: Buffer;
  secret_key: Buffer;
  principal: string | null;
  secret: string | null;
  read_calls: string;
  repeated: string;
  busy_hours: string;
}

/** Reads counters from wherever roll-up has put them. */
export class DatabaseUsageReports implements UsageReports {
  constructor(private readonly pool: HotPool) {}

  async usage(
    { accountId, period, from, until, groupBy, tagKey, filter, after, limit }: UsageQuestion,
    deadline: number,
  ): Promise<UsageGroup[]> {
    const parameters: unknown[] = [];
    const parts = SOURCES[period].map((source) => {
      const conditions = ['period >= ?', 'period < ?'];
      // An account does not see the tags of another one's secrets.
      const ofTag = 't.resource_key = u.secret_key AND t.account_id = u.account_id AND t.tag_key = ?';
      const join = tagKey === undefined ? '' : `LEFT JOIN resource_tag t ON ${ofTag}`;
      if (tagKey !== undefined) parameters.push(Buffer.from(tagKey));
      parameters.push(source.first(from), source.first(until));
      const restrict = (condition: string, value: unknown) => {
        conditions.push(condition);
        parameters.push(value);
      };
      if (accountId !== undefined) restrict('u.account_id = ?', accountId);
      if (filter.operation !== undefined) restrict('operation = ?', filter.operation);
      if (filter.principal !== undefined) restrict('principal_key = ?', textKey(filter.principal));
      if (filter.secret !== undefined) restrict('secret_key = ?', textKey(filter.secret));
      const columns = [
        `${source.period} AS period`,
        groupBy.has('account') ? 'u.account_id' : `'' AS account_id`,
        groupBy.has('operation') ? 'operation' : `'' AS operation`,
        groupBy.has('principal') ? 'principal_key' : `X'' AS principal_key`,
        groupBy.has('secret') ? 'secret_key' : `X'' AS secret_key`,
        tagKey === undefined ? `X'' AS tag` : `COALESCE(t.tag_value, X'') AS tag`,
        'calls, failed, billed, repeated',
      ];
      return `SELECT ${columns.join(', ')} FROM ${source.table} u ${join} WHERE ${conditions.join(' AND ')}`;
    });
    const position = after ? `WHERE (${GROUPS}) > (?, ?, ?, ?, ?, ?)` : '';
    if (after) parameters.push(Number(after[0]), after[1], after[2], keyOf(after[3]), keyOf(after[4]), Buffer.from(after[5]));
    const rows = await this.pool.query<UsageRow>(
      `SELECT g.*, p.arn AS principal, r.arn AS secret FROM (
         SELECT ${GROUPS},
           SUM(calls) AS calls, SUM(failed) AS failed, SUM(billed) AS billed, SUM(repeated) AS repeated
         FROM (${parts.join(' UNION ALL ')}) u ${position}
         GROUP BY ${GROUPS}
         ORDER BY ${GROUPS}
         LIMIT ${limit}
       ) g
       LEFT JOIN principal p ON p.principal_key = g.principal_key
       LEFT JOIN resource r ON r.resource_key = g.secret_key
       ORDER BY period, g.account_id, operation, g.principal_key, secret_key, tag`,
      parameters,
      { deadline },
    );
    return rows.map((row) => ({
      position: [
        String(row.period),
        row.account_id,
        row.operation,
        row.principal_key.toString('hex'),
        row.secret_key.toString('hex'),
        row.tag.toString(),
      ],
      period: Number(row.period),
      accountId: row.account_id,
      operation: row.operation,
      principal: row.principal ?? '',
      secret: row.secret ?? '',
      tag: row.tag.toString(),
      counters: {
        calls: BigInt(row.calls),
        failedCalls: BigInt(row.failed),
        billedCalls: BigInt(row.billed),
        repeatedReads: BigInt(row.repeated),
      },
    }));
  }

  async pollers(
    accountId: string,
    fromDay: number,
    after: PollerGroup['position'] | undefined,
    limit: number,
    deadline: number,
  ): Promise<PollerGroup[]> {
    const parameters: unknown[] = [];
    const parts = (['usage_hour', 'usage_day'] as const).map((table) => {
      parameters.push(accountId, table === 'usage_hour' ? fromDay * 24 : fromDay, READ);
      return `SELECT principal_key, secret_key, calls - failed AS read_calls, repeated, busy_hours FROM ${table}
        WHERE account_id = ? AND period >= ? AND operation = ?`;
    });
    const position = after ? 'AND (repeated < ? OR (repeated = ? AND (principal_key, secret_key) > (?, ?)))' : '';
    if (after) parameters.push(after[0], after[0], keyOf(after[1]), keyOf(after[2]));
    const rows = await this.pool.query<PollerRow>(
      `SELECT g.*, p.arn AS principal, r.arn AS secret FROM (
         SELECT principal_key, secret_key, SUM(read_calls) AS read_calls, SUM(repeated) AS repeated, SUM(busy_hours) AS busy_hours
         FROM (${parts.join(' UNION ALL ')}) u
         GROUP BY principal_key, secret_key
         HAVING repeated > 0 ${position}
         ORDER BY repeated DESC, principal_key, secret_key
         LIMIT ${limit}
       ) g
       LEFT JOIN principal p ON p.principal_key = g.principal_key
       LEFT JOIN resource r ON r.resource_key = g.secret_key
       ORDER BY repeated DESC, principal_key, secret_key`,
      parameters,
      { deadline },
    );
    return rows.map((row) => ({
      principal: row.principal ?? '',
      secret: row.secret ?? '',
      reads: BigInt(row.read_calls),
      repeated: BigInt(row.repeated),
      busyHours: BigInt(row.busy_hours),
      position: [String(row.repeated), row.principal_key.toString('hex'), row.secret_key.toString('hex')],
    }));
  }

  async idleSecrets(
    accountId: string,
    idleBefore: Date,
    after: IdleSecret['position'] | undefined,
    limit: number,
    deadline: number,
  ): Promise<IdleSecret[]> {
    const position = after ? 'AND (idle_since > ? OR (idle_since = ? AND resource_key > ?))' : '';
    const since = after && new Date(after[0]);
    const rows = await this.pool.query<{
      resource_key: Buffer;
      arn: string;
      created_at: Date;
      last_read_at: Date | null;
      idle_since: Date;
    }>(
      `SELECT resource_key, arn, created_at, last_read_at, idle_since FROM resource
       WHERE account_id = ? AND kind = 'secret' AND is_charged = 1 AND idle_since < ? ${position}
       ORDER BY idle_since, resource_key LIMIT ${limit}`,
      [accountId, idleBefore, ...(after ? [since, since, keyOf(after[1])] : [])],
      { deadline },
    );
    return rows.map((row) => ({
      secret: row.arn,
      createdAt: row.created_at,
      lastReadAt: row.last_read_at ?? undefined,
      position: [row.idle_since.toISOString(), row.resource_key.toString('hex')],
    }));
  }
}

const keyOf = (hex: string): Buffer => (hex === '' ? NO_KEY : Buffer.from(hex, 'hex'));
