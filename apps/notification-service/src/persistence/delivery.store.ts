import { type HotPool, questionMarks, type Statements } from '@strongroom/database';
import type { Delivery, Destination, DestinationKind } from '../domain/delivery';
import type { DeliveryStore, DueDestination, FailedTry, HeldLane } from '../domain/delivery-store.port';

export interface DeliveryRow {
  delivery_id: number;
  account_id: string;
  destination_kind: DestinationKind;
  destination_id: string;
  ordering_key: string;
  message_id: string;
  payload: string;
  created_at: Date;
  give_up_at: Date;
  attempts: number;
}

const columns =
  'delivery_id, account_id, destination_kind, destination_id, ordering_key, message_id, payload, created_at, give_up_at, attempts';

export class DatabaseDeliveryStore implements DeliveryStore {
  constructor(private readonly pool: HotPool) {}

  async due(now: Date, limit: number): Promise<DueDestination[]> {
    const rows = await this.pool.query<Pick<DeliveryRow, 'account_id' | 'destination_kind' | 'destination_id'>>(
      `SELECT account_id, destination_kind, destination_id FROM delivery_lane WHERE due_at <= ?
       GROUP BY account_id, destination_kind, destination_id ORDER BY MIN(due_at) LIMIT ${Number(limit)}`,
      [now],
    );
    return rows.map((row) => ({
      accountId: row.account_id,
      destination: { kind: row.destination_kind, id: row.destination_id },
    }));
  }

  hold({ kind, id }: Destination, holder: string, now: Date, until: Date, limit: number): Promise<HeldLane[]> {
    return this.pool.transaction(async ({ query, execute }) => {
      const rows = await query<{ lane: Buffer }>(
        `SELECT lane FROM delivery_lane WHERE destination_kind = ? AND destination_id = ? AND due_at <= ?
         ORDER BY due_at LIMIT ${Number(limit)} FOR UPDATE SKIP LOCKED`,
        [kind, id, now],
      );
      const lanes = rows.map(({ lane }) => lane);
      if (lanes.length === 0) return [];
      // A lane that is held is due when its holder has been silent for too long.
      await execute(`UPDATE delivery_lane SET holder = ?, due_at = ? WHERE lane IN (${questionMarks(lanes.length)})`, [
        holder,
        until,
        ...lanes,
      ]);
      return lanes.map((lane) => ({ lane, holder }));
    });
  }

  next(held: HeldLane, until: Date): Promise<Delivery | undefined> {
    return this.pool.transaction(async (tx) => {
      if (!(await isHeld(tx, held))) return undefined;
      await tx.execute('UPDATE delivery_lane SET due_at = ? WHERE lane = ?', [until, held.lane]);
      const [row] = await tx.query<DeliveryRow>(
        `SELECT ${columns} FROM delivery WHERE lane = ? AND dead_at IS NULL ORDER BY delivery_id LIMIT 1`,
        [held.lane],
      );
      return row && toDelivery(row);
    });
  }

  async delivered({ deliveryId }: Delivery): Promise<void> {
    await this.pool.transaction(({ execute }) => execute('DELETE FROM delivery WHERE delivery_id = ?', [deliveryId]));
  }

  failed(held: HeldLane, { deliveryId }: Delivery, { code, message, retryAt }: FailedTry, now: Date): Promise<void> {
    return this.pool.transaction(async (tx) => {
      const isOurs = await isHeld(tx, held);
      await tx.execute(
        `UPDATE delivery SET attempts = attempts + 1, attempted_at = ?, failure_code = ?, failure_message = ?, dead_at = ?
         WHERE delivery_id = ? AND dead_at IS NULL`,
        [now, code.slice(0, 64), message.slice(0, 1_024), retryAt === undefined ? now : null, deliveryId],
      );
      if (!isOurs || retryAt === undefined) return;
      await tx.execute(`UPDATE delivery_lane SET holder = '', due_at = ? WHERE lane = ?`, [retryAt, held.lane]);
    });
  }

  release(held: HeldLane, now: Date): Promise<void> {
    return this.pool.transaction(async (tx) => {
      if (!(await isHeld(tx, held))) return;
      // Whoever adds to the lane locks its row first, so a delivery is seen here or finds no lane and makes one.
      const [waiting] = await tx.query('SELECT delivery_id FROM delivery WHERE lane = ? AND dead_at IS NULL LIMIT 1', [
        held.lane,
      ]);
      if (waiting === undefined) await tx.execute('DELETE FROM delivery_lane WHERE lane = ?', [held.lane]);
      else await tx.execute(`UPDATE delivery_lane SET holder = '', due_at = ? WHERE lane = ?`, [now, held.lane]);
    });
  }
}

/** Whether the lane is still this holder's; its row stays locked until the transaction ends. */
const isHeld = async ({ query }: Statements, { lane, holder }: HeldLane): Promise<boolean> => {
  const [row] = await query<{ holder: string }>('SELECT holder FROM delivery_lane WHERE lane = ? FOR UPDATE', [lane]);
  return row?.holder === holder;
};

export const toDelivery = (row: DeliveryRow): Delivery => ({
  deliveryId: Number(row.delivery_id),
  accountId: row.account_id,
  destination: { kind: row.destination_kind, id: row.destination_id },
  orderingKey: row.ordering_key,
  messageId: row.message_id,
  payload: row.payload,
  createdAt: row.created_at,
  giveUpAt: row.give_up_at,
  attempts: row.attempts,
});
