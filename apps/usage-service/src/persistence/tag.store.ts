import { type HotPool, type Lease, questionMarks } from '@strongroom/database';
import type { DueSecret, Tags, TagStore } from '../domain/tag-refresh';
import { inGroups, insertRows } from './many-rows';

/** Milliseconds. */
const TIMEOUT_MS = 30_000;

interface DueRow {
  resource_key: Buffer;
  arn: string;
  account_id: string;
  tags_changed_at: Date;
}

export class DatabaseTagStore implements TagStore {
  /** @param lease under which tags are replaced */
  constructor(
    private readonly pool: HotPool,
    private readonly lease?: Pick<Lease, 'guard'>,
  ) {}

  async due(before: Date, limit: number): Promise<DueSecret[]> {
    const rows = await this.pool.query<DueRow>(
      `SELECT resource_key, arn, account_id, tags_changed_at FROM resource
       WHERE tags_changed_at < ? ORDER BY tags_changed_at, resource_key LIMIT ${limit}`,
      [before],
    );
    return rows.map((row) => ({
      key: row.resource_key,
      arn: row.arn,
      accountId: row.account_id,
      tagsChangedAt: row.tags_changed_at,
    }));
  }

  async put(secrets: readonly DueSecret[], tags: ReadonlyMap<string, Tags>): Promise<void> {
    const found = secrets.filter(({ arn }) => tags.has(arn));
    await this.pool.transaction(
      async (tx) => {
        await this.lease?.guard(tx);
        for (const group of inGroups(found.map(({ key }) => key)))
          await tx.execute(`DELETE FROM resource_tag WHERE resource_key IN (${questionMarks(group.length)})`, group);
        await insertRows(
          tx,
          'INSERT INTO resource_tag (resource_key, tag_key, account_id, tag_value)',
          found.flatMap(({ key, arn, accountId }) =>
            [...tags.get(arn)!].map(([name, value]) => [key, Buffer.from(name), accountId, Buffer.from(value)]),
          ),
        );
        for (const { key, tagsChangedAt } of secrets) {
          const known = 'WHERE resource_key = ? AND tags_changed_at = ?';
          await tx.execute(`UPDATE resource SET tags_changed_at = NULL ${known}`, [key, tagsChangedAt]);
        }
      },
      { deadline: Date.now() + TIMEOUT_MS },
    );
  }
}
