import {
  type DayQuantity,
  dayOf,
  firstDayOf,
  lastDayOf,
  type MonthOfUsage,
  monthOf,
  nextMonth,
  type Product,
} from '@strongroom/billing';
import { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import type { HotPool, Lease, Statements } from '@strongroom/database';
import { lockPlace, TrailPlaces } from '@strongroom/trail-consumer';
import type { ResourceKind } from '../domain/event-usage';
import { hoursByDay, type StandingChange } from '../domain/life';
import type { UsageStore } from '../domain/usage-store.port';
import { readAccountState, writeAccountState } from './account-state';

/** Milliseconds. */
const CLOSE_TIMEOUT = 30_000;

const PRODUCT_OF: Readonly<Record<ResourceKind, Product>> = { secret: 'secret-months', key: 'key-months' };

export class DatabaseUsageStore implements UsageStore {
  private readonly places: TrailPlaces;

  /** @param lease under which months are closed */
  constructor(
    private readonly pool: HotPool,
    private readonly lease?: Pick<Lease, 'guard'>,
  ) {
    this.places = new TrailPlaces(pool);
  }

  async monthOfUsage(accountId: string, month: string, until: number): Promise<MonthOfUsage> {
    const [state] = await this.pool.query<{ first_secret_at: Date | null }>(
      'SELECT first_secret_at FROM account_state WHERE account_id = ?',
      [accountId],
    );
    return readMonth(this.pool, accountId, month, until, state?.first_secret_at ?? undefined);
  }

  async statement(accountId: string, month: string): Promise<Statement | undefined> {
    const [row] = await this.pool.query<{ document: Buffer }>(
      'SELECT document FROM statement WHERE account_id = ? AND month = ?',
      [accountId, month],
    );
    return row && Statement.decode(row.document);
  }

  accounts(): Promise<Map<string, number>> {
    return this.places.all();
  }

  async openMonth(accountId: string): Promise<string | undefined> {
    const [row] = await this.pool.query<{ closed_through: string | null; day: number | null; hour: number | null }>(
      `SELECT
         (SELECT closed_through FROM account_state WHERE account_id = ?) AS closed_through,
         (SELECT MIN(day) FROM billed_calls WHERE account_id = ?) AS day,
         (SELECT MIN(hour) FROM standing_change WHERE account_id = ?) AS hour`,
      [accountId, accountId, accountId],
    );
    if (row?.closed_through) return nextMonth(row.closed_through);
    const days = [row?.day, row?.hour == null ? null : Math.floor(row.hour / 24)].filter((day) => day != null);
    return days.length === 0 ? undefined : monthOf(Math.min(...days));
  }

  async close(accountId: string, month: string, make: (usage: MonthOfUsage) => Statement): Promise<boolean> {
    return this.pool.transaction(
      async (tx) => {
        await lockPlace(tx, accountId);
        await this.lease?.guard(tx);
        const state = await readAccountState(tx, accountId);
        if (state.closedThrough !== undefined && nextMonth(state.closedThrough) !== month) return false;
        const end = firstDayOf(nextMonth(month)) * 24;
        const statement = make(await readMonth(tx, accountId, month, end, state.firstSecretAt));
        await tx.execute('INSERT INTO statement (account_id, month, closed_at, document) VALUES (?, ?, ?, ?)', [
          accountId,
          month,
          statement.closedAt,
          Buffer.from(Statement.encode(statement).finish()),
        ]);
        await writeAccountState(tx, accountId, { ...state, closedThrough: month });
        return true;
      },
      { deadline: Date.now() + CLOSE_TIMEOUT },
    );
  }
}

async function readMonth(
  { query }: Pick<Statements, 'query'>,
  accountId: string,
  month: string,
  until: number,
  firstSecretAt: Date | undefined,
): Promise<MonthOfUsage> {
  const [first, last] = [firstDayOf(month), lastDayOf(month)];
  const calls = await query<{ day: number; product: Product; quantity: number }>(
    'SELECT day, product, quantity FROM billed_calls WHERE account_id = ? AND day BETWEEN ? AND ? ORDER BY day, product',
    [accountId, first, last],
  );
  const changes = await query<StandingChange & { kind: ResourceKind }>(
    'SELECT kind, hour, delta FROM standing_change WHERE account_id = ? AND hour < ? ORDER BY kind, hour',
    [accountId, (last + 1) * 24],
  );
  const standing = (['secret', 'key'] as const).flatMap((kind): DayQuantity[] => {
    const ofKind = changes.filter((change) => change.kind === kind);
    const hours = hoursByDay(ofKind, first, Math.min(until, (last + 1) * 24));
    return [...hours].map(([day, quantity]) => ({ day, product: PRODUCT_OF[kind], quantity }));
  });
  return {
    month,
    quantities: [...standing, ...calls.map(({ day, product, quantity }) => ({ day, product, quantity: BigInt(quantity) }))],
    firstSecretDay: firstSecretAt && dayOf(firstSecretAt.getTime()),
  };
}
