import { type Clock, HOUR } from '@strongroom/clock';
import { questionMarks, type Statements } from '@strongroom/database';
import type { Destination, NewDelivery } from '../domain/delivery';
import { laneOf } from '../domain/hashing/lane-of';

/** How long a delivery is tried before it becomes a dead letter. Milliseconds. */
export const PATIENCE_MS = 24 * HOUR;

/** Rows of one statement. */
const TOGETHER = 100;

const deliveryColumns =
  'lane, account_id, destination_kind, destination_id, ordering_key, message_id, payload, created_at, give_up_at';
const laneColumns = 'lane, account_id, destination_kind, destination_id, due_at';

/** Takes deliveries into the outbox, in the transaction of what they tell of. One that is there already changes nothing. */
export class Outbox {
  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  async add(tx: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
    for (let at = 0; at < deliveries.length; at += TOGETHER) await this.addFew(tx, deliveries.slice(at, at + TOGETHER));
  }

  private async addFew({ execute }: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
    const now = this.clock.now();
    const giveUpAt = new Date(now.getTime() + PATIENCE_MS);
    const rows = deliveries.map((delivery) => ({ delivery, lane: laneOf(delivery) }));
    // The row of the lane comes first: whoever empties the lane holds it, so that no delivery is left behind without a lane.
    // Lanes are locked in one order, so that two writers do not wait for each other.
    const lanes = new Map(rows.map((row) => [row.lane.toString('hex'), row]));
    const ordered = [...lanes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    await execute(
      `INSERT INTO delivery_lane (${laneColumns}) VALUES ${ordered.map(() => `(${questionMarks(5)})`).join(', ')}
       ON DUPLICATE KEY UPDATE lane = VALUES(lane)`,
      ordered.flatMap(({ lane, delivery: { accountId, destination } }) => [
        lane,
        accountId,
        destination.kind,
        destination.id,
        now,
      ]),
    );
    await execute(
      `INSERT INTO delivery (${deliveryColumns}) VALUES ${rows.map(() => `(${questionMarks(9)})`).join(', ')}
       ON DUPLICATE KEY UPDATE lane = VALUES(lane)`,
      rows.flatMap(({ lane, delivery: { accountId, destination, orderingKey, messageId, payload } }) => [
        lane,
        accountId,
        destination.kind,
        destination.id,
        orderingKey,
        messageId,
        payload,
        now,
        giveUpAt,
      ]),
    );
  }
}

/** Removes all that waits for a destination, and its dead letters, in the transaction that removes the destination. */
export async function dropDestination({ execute }: Statements, { kind, id }: Destination): Promise<void> {
  // Lanes first: whoever adds to one or works on one holds its row.
  await execute('DELETE FROM delivery_lane WHERE destination_kind = ? AND destination_id = ?', [kind, id]);
  await execute('DELETE FROM delivery WHERE destination_kind = ? AND destination_id = ?', [kind, id]);
}
