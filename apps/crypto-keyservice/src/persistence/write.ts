import type { Clock } from '@strongroom/clock';
import { inTransaction } from '@strongroom/database';
import type { DataSource, EntityManager } from 'typeorm';
import { notFound } from '../domain/key-errors';
import { requireUsable, type KeyOperationName } from '../domain/key-operations';
import type { KeyUsage } from '@strongroom/key-algorithms';
import { stateAt, type KeyManager, type KeyOrigin, type KeyRecord, type KeyState } from '../domain/key-record';
import { arnOfKey } from '../domain/key-target';
import type { RotationSchedule, WriteOptions } from '../domain/keys.port';
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

export type LockedKey = Pick<
  KeyRecord,
  'accountId' | 'keyId' | 'arn' | 'manager' | 'spec' | 'state' | 'usage' | 'origin' | 'tags' | 'currentMaterial'
> &
  RotationSchedule;

/** What tells a key's ARN and its state at this moment. */
export interface LockPlace {
  readonly region: string;
  readonly clock: Clock;
}

/** Changes to one key happen one after the other, and only in the states that the operation allows. */
export async function lockKey(
  manager: EntityManager,
  place: LockPlace,
  operation: KeyOperationName,
  keyId: string,
): Promise<LockedKey> {
  const key = await lockedKey(manager, place, keyId);
  // The account is unknown here, but every caller has just seen the key.
  if (!key) throw notFound(`Key '${keyId}' does not exist`);
  requireUsable(operation, key);
  return key;
}

/** The same for whatever state; undefined if the key is gone. */
export async function lockedKey(manager: EntityManager, place: LockPlace, keyId: string): Promise<LockedKey | undefined> {
  const key = await manager.findOne(CustomerKeyEntity, { where: { keyId }, lock: { mode: 'pessimistic_write' } });
  if (!key) return undefined;
  // Of those who change it on another node of the database, who do not wait for the lock, one collides with the other.
  await manager.query('UPDATE customer_key SET holds = holds + 1 WHERE key_id = ?', [keyId]);
  const { accountId, currentMaterial, rotationPeriodDays, nextRotationAt } = key;
  return {
    keyId,
    accountId,
    arn: arnOfKey(keyId, { accountId, region: place.region }),
    manager: key.manager as KeyManager,
    state: stateAt(place.clock.now(), { state: key.state as KeyState, materialUntil: key.materialUntil ?? undefined }),
    spec: key.spec as KeyRecord['spec'],
    usage: key.usage as KeyUsage,
    origin: key.origin as KeyOrigin,
    tags: JSON.parse(key.tags) as KeyRecord['tags'],
    currentMaterial,
    rotationPeriodDays,
    nextRotationAt,
  };
}
