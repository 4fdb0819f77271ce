import { type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { type Lock } from '../domain/store.port';

/** Holds the rows of a query until the end of its transaction. */
export function locked<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, lock: Lock | undefined): SelectQueryBuilder<Row> {
  if (lock === undefined) return query;
  return query.setLock(lock === 'change' ? 'pessimistic_write' : 'pessimistic_read');
}
