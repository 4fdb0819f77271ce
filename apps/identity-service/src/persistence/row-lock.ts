import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Lock } from '../domain/store.port';

/**
 * The row of a query, held until the end of its transaction. A node of the database keeps locks to itself: what must hold against
 * another node is also written (`heldOne`), or referred to by a foreign key of what the transaction writes.
 */
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

/** As `lockedOne`, for a row that its holder may leave as it is: a holder on another node collides all the same. */
export async function heldOne<Row extends ObjectLiteral & { id: string }>(
  manager: EntityManager,
  query: SelectQueryBuilder<Row>,
  lock: Lock | undefined,
): Promise<Row | undefined> {
  const row = await lockedOne(manager, query, lock);
  if (row && lock === 'change') {
    await manager.query(`UPDATE ${query.expressionMap.mainAlias!.metadata.tableName} SET holds = holds + 1 WHERE id = ?`, [
      row.id,
    ]);
  }
  return row;
}
