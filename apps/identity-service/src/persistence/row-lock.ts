import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Lock } from '../domain/store.port';

/** The row of a query, held until the end of its transaction. */
export async function lockedOne<Row extends ObjectLiteral>(
  manager: EntityManager,
  query: SelectQueryBuilder<Row>,
  lock: Lock | undefined,
): Promise<Row | undefined> {
  if (lock === 'change') query.setLock('pessimistic_write');
  if (lock === 'use') {
    // TypeORM takes a MariaDB for a late MySQL and would write FOR SHARE, which MariaDB does not know; both know the older form.
    const [sql, parameters] = query.getQueryAndParameters();
    await manager.query(`${sql} LOCK IN SHARE MODE`, parameters);
  }
  return (await query.getOne()) ?? undefined;
}
