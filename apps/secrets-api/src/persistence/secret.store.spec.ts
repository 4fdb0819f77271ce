import type { HotPool } from '@strongroom/database';
import { silentLogger } from '@strongroom/telemetry';
import type { ListQuery } from '../domain/secret-store.port';
import { DatabaseSecretStore } from './secret.store';

const query = (accountId: string): ListQuery => ({
  accountId,
  region: 'us-east-1',
  filters: [],
  includeDeleted: false,
  sort: 'name',
  descending: false,
  limit: 10,
});

it('lists for an account while the lists of another one do not end', async () => {
  const asked: unknown[] = [];
  const pool: Pick<HotPool, 'query'> = {
    query: <Row>(_sql: string, [accountId]: readonly unknown[]): Promise<Row[]> => {
      asked.push(accountId);
      return accountId === '111111111111' ? new Promise(() => undefined) : Promise.resolve([]);
    },
  };
  const store = new DatabaseSecretStore(pool as HotPool, silentLogger);
  for (let n = 0; n < 100; n++) void store.list(query('111111111111'), Infinity);
  expect(await store.list(query('222222222222'), Infinity)).toEqual({ items: [] });
  // What waits holds no connection.
  expect(asked.length).toBeLessThanOrEqual(4);
});
