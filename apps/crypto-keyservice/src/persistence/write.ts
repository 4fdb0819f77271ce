import { inTransaction } from '@strongroom/database';
import type { DataSource, EntityManager } from 'typeorm';
import { notFound } from '../domain/key-errors';
import { requireUsable, type KeyOperationName } from '../domain/key-operations';
import type { KeyUsage } from '@strongroom/key-algorithms';
import type { KeyOrigin, KeyRecord, KeyState } from '../domain/key-record';
import { arnOfKey } from '../domain/key-target';
import type { WriteOptions } from '../domain/keys.port';
import { CustomerKeyEntity } from './customer-key.entity';

/** Changes the database in one transaction, which `beforeCommit` ends. */
export function write<Result>(
  dataSource: DataSource,
  { beforeCommit, deadline }: WriteOptions<Result>,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  return inTransaction(
    dataSource,
    async (manager) => {
      const result = await work(manager);
      await beforeCommit(result);
      return result;
    },
    deadline === undefined ? {} : { deadline },
  );
}

export type LockedKey = Pick<KeyRecord, 'arn' | 'state' | 'usage' | 'origin' | 'tags'>;

/** Changes to one key happen one after the other, and only in the states that the operation allows. */
export async function lockKey(
  manager: EntityManager,
  region: string,
  operation: KeyOperationName,
  keyId: string,
): Promise<LockedKey> {
  const key = await manager.findOne(CustomerKeyEntity, { where: { keyId }, lock: { mode: 'pessimistic_write' } });
  // The account is unknown here, but every caller has just seen the key.
  if (!key) throw notFound(`Key '${keyId}' does not exist`);
  const locked = {
    arn: arnOfKey(keyId, { accountId: key.accountId, region }),
    state: key.state as KeyState,
    usage: key.usage as KeyUsage,
    origin: key.origin as KeyOrigin,
    tags: JSON.parse(key.tags) as KeyRecord['tags'],
  };
  requireUsable(operation, locked);
  return locked;
}
