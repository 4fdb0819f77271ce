import { type HotPool, questionMarks, type Statements } from '@strongroom/database';
import { MAX_TOPICS } from '../../domain/topics/subscription';
import type { Topic, TopicReference } from '../../domain/topics/topic';
import type { SubscriptionCounts } from '../../domain/topics/topic-attributes';
import { notFoundTopic, topicLimitExceeded } from '../../domain/topics/topic-errors';
import type { TopicStore, Write } from '../../domain/topics/topic-store.port';
import { takeTurn } from '../account-turn';

interface TopicRow {
  account_id: string;
  name: string;
  display_name: string;
  policy: string;
  delivery_policy: string;
  tags: string;
  created_at: Date;
  subscriptions_deleted: number;
}

const columns = [
  'account_id',
  'name',
  'display_name',
  'policy',
  'delivery_policy',
  'tags',
  'created_at',
  'subscriptions_deleted',
] as const satisfies readonly (keyof TopicRow)[];
const selected = columns.join(', ');
const byKey = 'account_id = ? AND name = ?';

const selectTopic = `SELECT ${selected} FROM topic WHERE ${byKey}`;

export class DatabaseTopicStore implements TopicStore {
  constructor(private readonly pool: HotPool) {}

  async find({ accountId, name }: TopicReference): Promise<Topic | undefined> {
    const [row] = await this.pool.query<TopicRow>(selectTopic, [accountId, name]);
    return row && toTopic(row);
  }

  async list(accountId: string, after: string, limit: number): Promise<Topic[]> {
    const rows = await this.pool.query<TopicRow>(
      `SELECT ${selected} FROM topic WHERE account_id = ? AND name > ? ORDER BY name LIMIT ${Number(limit)}`,
      [accountId, after],
    );
    return rows.map(toTopic);
  }

  async counts({ accountId, name }: TopicReference): Promise<SubscriptionCounts> {
    const rows = await this.pool.query<{ state: string; subscriptions: number }>(
      'SELECT state, COUNT(*) AS subscriptions FROM subscription WHERE account_id = ? AND topic_name = ? GROUP BY state',
      [accountId, name],
    );
    const counts = new Map(rows.map(({ state, subscriptions }) => [state, Number(subscriptions)]));
    return { confirmed: counts.get('confirmed') ?? 0, pending: counts.get('pending') ?? 0 };
  }

  create(topic: Topic, { beforeCommit, deadline }: Write): Promise<Topic> {
    const insert = async (tx: Statements) => {
      const { query, execute } = tx;
      await takeTurn(tx, topic.accountId);
      const [present] = await query<TopicRow>(selectTopic, [topic.accountId, topic.name]);
      if (present === undefined) {
        const [count] = await query<{ topics: number }>('SELECT COUNT(*) AS topics FROM topic WHERE account_id = ?', [
          topic.accountId,
        ]);
        if (Number(count!.topics) >= MAX_TOPICS) throw topicLimitExceeded(MAX_TOPICS);
        const row = toRow(topic);
        await execute(
          `INSERT INTO topic (${selected}) VALUES (${questionMarks(columns.length)})`,
          columns.map((column) => row[column]),
        );
      }
      await beforeCommit();
      return present ? toTopic(present) : topic;
    };
    return this.pool.transaction(insert, { deadline });
  }

  async change(
    reference: TopicReference,
    change: Parameters<TopicStore['change']>[1],
    { beforeCommit, deadline }: Write,
  ): Promise<void> {
    const key = [reference.accountId, reference.name];
    await this.pool.transaction(
      async ({ query, execute }) => {
        const [row] = await query<TopicRow>(`${selectTopic} FOR UPDATE`, key);
        if (row === undefined) throw notFoundTopic();
        const present = toTopic(row);
        const { display_name, policy, delivery_policy, tags } = toRow({ ...present, ...change(present) });
        await execute(`UPDATE topic SET display_name = ?, policy = ?, delivery_policy = ?, tags = ? WHERE ${byKey}`, [
          ...[display_name, policy, delivery_policy, tags],
          ...key,
        ]);
        await beforeCommit();
      },
      { deadline },
    );
  }

  async remove({ accountId, name }: TopicReference, { beforeCommit, deadline }: Write): Promise<void> {
    await this.pool.transaction(
      async ({ execute }) => {
        await execute(`DELETE FROM topic WHERE ${byKey}`, [accountId, name]);
        await beforeCommit();
      },
      { deadline },
    );
  }
}

const toRow = (topic: Topic): TopicRow => ({
  account_id: topic.accountId,
  name: topic.name,
  display_name: topic.displayName,
  policy: topic.policy,
  delivery_policy: topic.deliveryPolicy,
  tags: JSON.stringify(topic.tags),
  created_at: topic.createdAt,
  subscriptions_deleted: topic.subscriptionsDeleted,
});

const toTopic = (row: TopicRow): Topic => ({
  accountId: row.account_id,
  name: row.name,
  displayName: row.display_name,
  policy: row.policy,
  deliveryPolicy: row.delivery_policy,
  tags: JSON.parse(row.tags) as Topic['tags'],
  createdAt: row.created_at,
  subscriptionsDeleted: row.subscriptions_deleted,
});
