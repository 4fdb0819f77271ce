import { dayOf, hourOf, monthOf } from '@strongroom/billing';
import { DAY, type Clock } from '@strongroom/clock';
import type { HotPool, Lease, Statements } from '@strongroom/database';
import { lockPlace } from '@strongroom/trail-consumer';
import { DAYS_KEPT, HOURS_KEPT, monthNumber, MONTHS_KEPT } from '../domain/periods';

/** Rows that one transaction moves. */
const CHUNK = 2_000;
/** Chunks that one run moves at most, so that events are counted in between. */
const MAX_CHUNKS = 500;
const TIMEOUT_MS = 30_000;

interface Level {
  from: string;
  to: string;
  /** The period of `to` that a period of `from` is in. */
  periodOf: (period: number) => number;
}

const HOURS: Level = { from: 'usage_hour', to: 'usage_day', periodOf: (hour) => Math.floor(hour / 24) };
const DAYS: Level = { from: 'usage_day', to: 'usage_month', periodOf: (day) => monthNumber(monthOf(day)) };

const COUNTERS = ['calls', 'failed', 'billed', 'repeated', 'busy_hours'];
const ADDED = COUNTERS.map((name) => `${name} = t.${name} + VALUES(${name})`).join(', ');

/**
 * Moves old counters from hours to days and from days to months, so the room that they take depends on how many secrets and
 * principals there are, not on how many calls. Each counter is in one place at any time.
 */
export class RollUp {
  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
    /** Under which counters are moved. */
    private readonly lease?: Pick<Lease, 'guard'>,
  ) {}

  /** Returns whether there may be more to do. */
  async run(accountIds: Iterable<string>): Promise<boolean> {
    const now = this.clock.millis();
    const today = dayOf(now);

    const edges = [
      { level: HOURS, before: Math.floor((hourOf(now) - HOURS_KEPT) / 24) * 24 },
      { level: DAYS, before: today - DAYS_KEPT },
    ];
    let chunks = 0;
    for (const accountId of accountIds) {
      for (const { level, before } of edges) {
        while (await this.moveChunk(accountId, level, before)) if (++chunks >= MAX_CHUNKS) return true;
      }
      await this.forget(accountId, monthNumber(monthOf(today)) - MONTHS_KEPT);
    }
    await this.pool.transaction(({ execute }) =>
      execute(`DELETE FROM reader WHERE last_read_at < ? LIMIT ${CHUNK}`, [new Date(now - DAYS_KEPT * DAY)]),
    );
    return false;
  }

  private async moveChunk(accountId: string, { from, to, periodOf }: Level, before: number): Promise<boolean> {
    const [oldest] = await this.pool.query<{ period: number | null }>(
      `SELECT MIN(period) AS period FROM ${from} WHERE account_id = ?`,
      [accountId],
    );
    const period = oldest?.period;
    if (period == null || period >= before) return false;
    await this.inAccount(accountId, async ({ execute }) => {
      const chunk = `WHERE account_id = ? AND period = ? ORDER BY operation, principal_key, secret_key LIMIT ${CHUNK}`;
      await execute(
        `INSERT INTO ${to} (account_id, period, operation, principal_key, secret_key, ${COUNTERS.join(', ')})
         SELECT account_id, ?, operation, principal_key, secret_key, ${COUNTERS.join(', ')}
         FROM (SELECT * FROM ${from} ${chunk}) moved
         ON DUPLICATE KEY UPDATE ${ADDED.replaceAll('t.', `${to}.`)}`,
        [periodOf(period), accountId, period],
      );
      await execute(`DELETE FROM ${from} ${chunk}`, [accountId, period]);
    });
    return true;
  }

  private async forget(accountId: string, before: number): Promise<void> {
    await this.inAccount(accountId, ({ execute }) =>
      execute(`DELETE FROM usage_month WHERE account_id = ? AND period < ? LIMIT ${CHUNK}`, [accountId, before]),
    );
  }

  /** While no event of the account is counted. */
  private inAccount(accountId: string, work: (tx: Statements) => Promise<unknown>): Promise<void> {
    return this.pool.transaction(
      async (tx) => {
        await lockPlace(tx, accountId);
        await this.lease?.guard(tx);
        await work(tx);
      },
      { deadline: Date.now() + TIMEOUT_MS },
    );
  }
}
