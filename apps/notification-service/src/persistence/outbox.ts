import { NOTIFICATION } from '@strongroom/bounds';
import { type Clock, HOUR, SECOND } from '@strongroom/clock';
import { questionMarks, type Statements } from '@strongroom/database';
import { throttled } from '@strongroom/errors';
import type { Destination, NewDelivery } from '../domain/delivery';
import { laneOf } from '../domain/hashing/lane-of';

/** How long a delivery is tried before it becomes a dead letter. Milliseconds. */
export const PATIENCE_MS = 24 * HOUR;

/** Rows of one statement. */
const TOGETHER = 100;

/** How long a count of what an account has is good, milliseconds. Meanwhile what this process adds is added to it. */
const COUNTED_MS = SECOND;
/** Accounts whose counts are in memory. */
const MAX_COUNTS = 10_000;

const deliveryColumns = [
  ...['lane', 'account_id', 'destination_kind', 'destination_id', 'ordering_key', 'message_id', 'payload', 'created_at'],
  ...['give_up_at', 'failure_code', 'failure_message', 'dead_at'],
];
const laneColumns = 'lane, account_id, destination_kind, destination_id, due_at';

interface Counts {
  at: number;
  waiting: number;
  dead: number;
}

/** A dead letter from the beginning. */
const TOO_MANY = {
  code: 'TooManyWaiting',
  message: 'Too many messages of the account waited for their receivers when this one was made.',
};

/** Takes deliveries into the outbox, in the transaction of what they tell of. One that is there already changes nothing. */
export class Outbox {
  private readonly counts = new Map<string, Counts>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    /** What an account may have that waits, and of dead letters. */
    private readonly bounds: Pick<typeof NOTIFICATION, 'waiting' | 'deadLetters'> = NOTIFICATION,
  ) {}

  /**
   * Where too much waits, a delivery becomes a dead letter at once: whoever has mended the receiver can have it delivered. It
   * takes the place of the oldest dead letter if there are too many of these.
   */
  async add(tx: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
    for (const [accountId, ofAccount] of byAccount(deliveries)) {
      const counts = await this.countsOf(tx, accountId);
      const room = Math.max(0, this.bounds.waiting - counts.waiting);
      await this.wait(tx, ofAccount.slice(0, room), counts);
      await this.bury(tx, ofAccount.slice(room), counts);
    }
  }

  /** For what a caller sends. @throws ThrottlingException where too much waits */
  async addOrRefuse(tx: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
    for (const [accountId, ofAccount] of byAccount(deliveries)) {
      const counts = await this.countsOf(tx, accountId);
      if (counts.waiting + ofAccount.length > this.bounds.waiting) {
        throw throttled(`An account can have at most ${this.bounds.waiting} messages that wait for their receivers.`);
      }
      await this.wait(tx, ofAccount, counts);
    }
  }

  private async countsOf({ query }: Statements, accountId: string): Promise<Counts> {
    const at = this.clock.now().getTime();
    const known = this.counts.get(accountId);
    if (known !== undefined && at - known.at < COUNTED_MS) return known;
    const [row] = await query<{ waiting: number | string; dead: number | string }>(
      'SELECT COUNT(*) - COUNT(dead_at) AS waiting, COUNT(dead_at) AS dead FROM delivery WHERE account_id = ?',
      [accountId],
    );
    const counts = { at, waiting: Number(row!.waiting), dead: Number(row!.dead) };
    if (this.counts.size >= MAX_COUNTS) this.counts.clear();
    this.counts.set(accountId, counts);
    return counts;
  }

  private async wait(tx: Statements, deliveries: readonly NewDelivery[], counts: Counts): Promise<void> {
    for (let at = 0; at < deliveries.length; at += TOGETHER) {
      const few = deliveries.slice(at, at + TOGETHER);
      await this.lock(tx, few);
      await this.insert(tx, few);
    }
    counts.waiting += deliveries.length;
  }

  private async bury(tx: Statements, deliveries: readonly NewDelivery[], counts: Counts): Promise<void> {
    if (deliveries.length === 0) return;
    const last = deliveries.slice(-this.bounds.deadLetters);
    const excess = counts.dead + last.length - this.bounds.deadLetters;
    if (excess > 0) {
      const oldest = 'account_id = ? AND dead_at IS NOT NULL ORDER BY delivery_id LIMIT';
      await tx.execute(`DELETE FROM delivery WHERE ${oldest} ${Number(excess)}`, [last[0]!.accountId]);
    }
    for (let at = 0; at < last.length; at += TOGETHER) await this.insert(tx, last.slice(at, at + TOGETHER), TOO_MANY);
    counts.dead += last.length - Math.max(0, excess);
  }

  /** The row of the lane comes first: whoever empties the lane holds it, so that no delivery is left behind without a lane. */
  private async lock({ execute }: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
    const now = this.clock.now();
    const lanes = new Map(deliveries.map((delivery) => [laneOf(delivery).toString('hex'), delivery]));
    // Lanes are locked in one order, so that two writers do not wait for each other.
    const ordered = [...lanes].sort(([one], [other]) => (one < other ? -1 : 1));
    await execute(
      `INSERT INTO delivery_lane (${laneColumns}) VALUES ${ordered.map(() => `(${questionMarks(5)})`).join(', ')}
       ON DUPLICATE KEY UPDATE adds = adds + 1`,
      ordered.flatMap(
        ([
          lane,
          {
            accountId,
            destination: { kind, id },
          },
        ]) => [Buffer.from(lane, 'hex'), accountId, kind, id, now],
      ),
    );
  }

  private async insert({ execute }: Statements, deliveries: readonly NewDelivery[], dead?: typeof TOO_MANY): Promise<void> {
    const now = this.clock.now();
    const giveUpAt = new Date(now.getTime() + PATIENCE_MS);
    const rest = [now, giveUpAt, dead?.code ?? '', dead?.message ?? '', dead === undefined ? null : now];
    const row = `(${questionMarks(deliveryColumns.length)})`;
    await execute(
      `INSERT INTO delivery (${deliveryColumns.join(', ')}) VALUES ${deliveries.map(() => row).join(', ')}
       ON DUPLICATE KEY UPDATE lane = VALUES(lane)`,
      deliveries.flatMap((delivery) => {
        const { accountId, destination, orderingKey, messageId, payload } = delivery;
        return [laneOf(delivery), accountId, destination.kind, destination.id, orderingKey, messageId, payload, ...rest];
      }),
    );
  }
}

function byAccount(deliveries: readonly NewDelivery[]): Map<string, NewDelivery[]> {
  const groups = new Map<string, NewDelivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.accountId);
    if (group === undefined) groups.set(delivery.accountId, [delivery]);
    else group.push(delivery);
  }
  return groups;
}

/** Removes all that waits for a destination, and its dead letters, in the transaction that removes the destination. */
export async function dropDestination({ execute }: Statements, { kind, id }: Destination): Promise<void> {
  // Lanes first: whoever adds to one or works on one holds its row.
  await execute('DELETE FROM delivery_lane WHERE destination_kind = ? AND destination_id = ?', [kind, id]);
  await execute('DELETE FROM delivery WHERE destination_kind = ? AND destination_id = ?', [kind, id]);
}
