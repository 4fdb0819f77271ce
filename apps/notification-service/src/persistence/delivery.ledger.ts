import type { Clock } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import type { DeliveryLedger, DeliveryStatus, LedgerState } from '../domain/delivery-ledger.port';
import type { Within } from '../domain/rules/rule-store.port';
import type { DeliveryRow } from './delivery.store';
import { PATIENCE_MS } from './outbox';

interface StatusRow extends Omit<DeliveryRow, 'payload'> {
  attempted_at: Date | null;
  failure_code: string;
  failure_message: string;
  dead_at: Date | null;
  webhook_name: string | null;
}

const columns = [
  ...['delivery_id', 'delivery.account_id', 'destination_kind', 'destination_id', 'ordering_key', 'message_id'],
  ...['delivery.created_at', 'give_up_at', 'attempts', 'attempted_at', 'failure_code', 'failure_message', 'dead_at'],
  'webhook.name AS webhook_name',
].join(', ');

const STATES: Readonly<Record<LedgerState, string>> = {
  pending: 'AND dead_at IS NULL AND attempts = 0',
  failed: 'AND dead_at IS NULL AND attempts > 0',
  dead: 'AND dead_at IS NOT NULL',
};

export class DatabaseDeliveryLedger implements DeliveryLedger {
  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
  ) {}

  async list(
    accountId: string,
    state: LedgerState | undefined,
    after: number,
    limit: number,
    deadline: number,
  ): Promise<DeliveryStatus[]> {
    const rows = await this.pool.query<StatusRow>(
      `SELECT ${columns} FROM delivery LEFT JOIN webhook ON destination_kind = 'webhook' AND webhook_id = destination_id
       WHERE delivery.account_id = ? AND delivery_id > ? ${state === undefined ? '' : STATES[state]}
       ORDER BY delivery_id LIMIT ${Number(limit)}`,
      [accountId, after],
      { deadline },
    );
    return rows.map(toStatus);
  }

  redrive(accountId: string, deliveryId: number, { beforeCommit, deadline }: Within): Promise<boolean> {
    return this.pool.transaction(
      async ({ query, execute }) => {
        const now = this.clock.now();
        const where = 'delivery_id = ? AND account_id = ? AND dead_at IS NOT NULL';
        const [row] = await query<Pick<DeliveryRow, 'destination_kind' | 'destination_id'> & { lane: Buffer }>(
          `SELECT lane, destination_kind, destination_id FROM delivery WHERE ${where}`,
          [deliveryId, accountId],
        );
        if (row === undefined) return false;
        // As with a new delivery, the lane comes first.
        await execute(
          `INSERT INTO delivery_lane (lane, account_id, destination_kind, destination_id, due_at) VALUES (?, ?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE lane = VALUES(lane)`,
          [row.lane, accountId, row.destination_kind, row.destination_id, now],
        );
        const { affectedRows } = await execute(
          `UPDATE delivery SET dead_at = NULL, attempts = 0, give_up_at = ? WHERE ${where}`,
          [new Date(now.getTime() + PATIENCE_MS), deliveryId, accountId],
        );
        if (affectedRows === 0) return false;
        await beforeCommit();
        return true;
      },
      { deadline },
    );
  }

  forget(instant: Date, limit: number): Promise<number> {
    return this.pool.transaction(async ({ execute }) => {
      const sql = `DELETE FROM delivery WHERE dead_at < ? ORDER BY dead_at LIMIT ${Number(limit)}`;
      return (await execute(sql, [instant])).affectedRows;
    });
  }
}

const toStatus = (row: StatusRow): DeliveryStatus => ({
  deliveryId: Number(row.delivery_id),
  accountId: row.account_id,
  destination: { kind: row.destination_kind, id: row.destination_id },
  destinationName: row.webhook_name ?? row.destination_id,
  orderingKey: row.ordering_key,
  messageId: row.message_id,
  createdAt: row.created_at,
  giveUpAt: row.give_up_at,
  attempts: row.attempts,
  state: row.dead_at !== null ? 'dead' : row.attempts > 0 ? 'failed' : 'pending',
  attemptedAt: row.attempted_at ?? undefined,
  failureCode: row.failure_code,
  failureMessage: row.failure_message,
  deadAt: row.dead_at ?? undefined,
});
