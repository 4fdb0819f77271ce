import { type HotPool, questionMarks, type Statements } from '@strongroom/database';
import type { NewDelivery } from '../../domain/delivery';
import { MAX_PENDING, MAX_SUBSCRIPTIONS, type Subscription } from '../../domain/topics/subscription';
import type { TopicReference } from '../../domain/topics/topic';
import {
  notFoundSubscription,
  notFoundTopic,
  pendingLimitExceeded,
  subscriptionLimitExceeded,
} from '../../domain/topics/topic-errors';
import type { SubscriptionStore, WantedSubscription, Write } from '../../domain/topics/topic-store.port';
import type { Outbox } from '../outbox';
import { subscriptionColumns, type SubscriptionRow, toSubscription, toSubscriptionRow } from './subscription-row';

const selected = subscriptionColumns.join(', ');
/** What never changes comes first; the endpoint has its hash from the database. */
const changeable = subscriptionColumns.slice(subscriptionColumns.indexOf('state'));
const ofTopic = 'account_id = ? AND topic_name = ?';

export class DatabaseSubscriptionStore implements SubscriptionStore {
  constructor(
    private readonly pool: HotPool,
    private readonly outbox: Outbox,
  ) {}

  async find(id: string): Promise<Subscription | undefined> {
    const [row] = await this.pool.query<SubscriptionRow>(`SELECT ${selected} FROM subscription WHERE subscription_id = ?`, [id]);
    return row && toSubscription(row);
  }

  async list({ accountId, name }: { accountId: string; name?: string }, after: string, limit: number): Promise<Subscription[]> {
    const [of, key] = name === undefined ? ['account_id = ?', [accountId]] : [ofTopic, [accountId, name]];
    const rows = await this.pool.query<SubscriptionRow>(
      `SELECT ${selected} FROM subscription WHERE ${of} AND state <> 'ended' AND subscription_id > ?
       ORDER BY subscription_id LIMIT ${Number(limit)}`,
      [...key, after],
    );
    return rows.map(toSubscription);
  }

  subscribe({ subscription: wanted, decide }: WantedSubscription, { beforeCommit, deadline }: Write): Promise<Subscription> {
    const { topic, protocol, endpoint } = wanted;
    const key = [topic.accountId, topic.name];
    return this.pool.transaction(
      async (tx) => {
        // Whoever subscribes to a topic writes its row, so that the counts are right, and no endpoint is there twice.
        const { affectedRows } = await tx.execute('UPDATE topic SET holds = holds + 1 WHERE account_id = ? AND name = ?', key);
        if (affectedRows === 0) throw notFoundTopic();
        const [row] = await tx.query<SubscriptionRow>(
          `SELECT ${selected} FROM subscription WHERE ${ofTopic} AND protocol = ? AND endpoint_hash = UNHEX(SHA2(?, 256))`,
          [...key, protocol, endpoint],
        );
        const present = row && toSubscription(row);
        const known = present?.state === 'ended' ? undefined : present;
        const { stored, deliveries } = decide(known);
        if (known === undefined) {
          if (present !== undefined) await tx.execute('DELETE FROM subscription WHERE subscription_id = ?', [present.id]);
          await requireRoom(tx, topic);
          await insert(tx, stored);
        } else if (stored !== known) {
          await update(tx, stored);
        }
        await this.outbox.addOrRefuse(tx, deliveries);
        await beforeCommit();
        return stored;
      },
      { deadline },
    );
  }

  change(
    id: string,
    change: Parameters<SubscriptionStore['change']>[1],
    { beforeCommit, deadline }: Write,
  ): Promise<Subscription> {
    return this.pool.transaction(
      async (tx) => {
        const [row] = await tx.query<SubscriptionRow>(
          `SELECT ${selected} FROM subscription WHERE subscription_id = ? FOR UPDATE`,
          [id],
        );
        if (row === undefined) throw notFoundSubscription();
        const present = toSubscription(row);
        const { deliveries = [], ...changed } = change(present);
        const stored = { ...present, ...changed };
        await update(tx, stored);
        if (present.state !== 'ended' && stored.state === 'ended') await countDeleted(tx, present.topic);
        await this.outbox.add(tx, deliveries);
        await beforeCommit();
        return stored;
      },
      { deadline },
    );
  }

  async remove(id: string, { beforeCommit, deadline }: Write): Promise<void> {
    await this.pool.transaction(
      async (tx) => {
        const [row] = await tx.query<SubscriptionRow>(
          `SELECT ${selected} FROM subscription WHERE subscription_id = ? FOR UPDATE`,
          [id],
        );
        if (row !== undefined) {
          await tx.execute('DELETE FROM subscription WHERE subscription_id = ?', [id]);
          if (row.state !== 'ended') await countDeleted(tx, toSubscription(row).topic);
        }
        await beforeCommit();
      },
      { deadline },
    );
  }

  async purge(instant: Date, limit: number): Promise<number> {
    return this.pool.transaction(async ({ execute }) => {
      const { affectedRows } = await execute(
        `DELETE FROM subscription WHERE state IN ('pending', 'ended') AND issued_at < ? LIMIT ${Number(limit)}`,
        [instant],
      );
      return affectedRows;
    });
  }

  async publish(
    topic: TopicReference,
    deliveries: (confirmed: readonly Subscription[]) => NewDelivery[],
    { beforeCommit, deadline }: Write,
  ): Promise<void> {
    await this.pool.transaction(
      async (tx) => {
        await this.outbox.addOrRefuse(tx, deliveries(await confirmedOf(tx, topic)));
        await beforeCommit();
      },
      { deadline },
    );
  }
}

/** The confirmed subscriptions of a topic. */
export async function confirmedOf(
  { query }: Pick<Statements, 'query'>,
  { accountId, name }: TopicReference,
): Promise<Subscription[]> {
  const rows = await query<SubscriptionRow>(
    `SELECT ${selected} FROM subscription WHERE ${ofTopic} AND state = 'confirmed' ORDER BY subscription_id`,
    [accountId, name],
  );
  return rows.map(toSubscription);
}

async function requireRoom({ query }: Statements, topic: TopicReference): Promise<void> {
  const [there] = await query<{ many: number }>(`SELECT COUNT(*) AS many FROM subscription WHERE ${ofTopic}`, [
    topic.accountId,
    topic.name,
  ]);
  if (Number(there!.many) >= MAX_SUBSCRIPTIONS) throw subscriptionLimitExceeded(MAX_SUBSCRIPTIONS);
  const [waiting] = await query<{ many: number }>(
    `SELECT COUNT(*) AS many FROM subscription WHERE account_id = ? AND state = 'pending'`,
    [topic.accountId],
  );
  if (Number(waiting!.many) >= MAX_PENDING) throw pendingLimitExceeded(MAX_PENDING);
}

async function insert({ execute }: Statements, subscription: Subscription): Promise<void> {
  const row = toSubscriptionRow(subscription);
  await execute(
    `INSERT INTO subscription (${selected}) VALUES (${questionMarks(subscriptionColumns.length)})`,
    subscriptionColumns.map((column) => row[column]),
  );
}

async function update({ execute }: Statements, subscription: Subscription): Promise<void> {
  const row = toSubscriptionRow(subscription);
  await execute(`UPDATE subscription SET ${changeable.map((column) => `${column} = ?`).join(', ')} WHERE subscription_id = ?`, [
    ...changeable.map((column) => row[column]),
    row.subscription_id,
  ]);
}

async function countDeleted({ execute }: Statements, { accountId, name }: TopicReference): Promise<void> {
  await execute('UPDATE topic SET subscriptions_deleted = subscriptions_deleted + 1 WHERE account_id = ? AND name = ?', [
    accountId,
    name,
  ]);
}
