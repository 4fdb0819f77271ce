import { DAY, type Clock } from '@strongroom/clock';
import { inTransaction, isDuplicateKey } from '@strongroom/database';
import { limitExceeded } from '@strongroom/errors';
import { In, IsNull, LessThanOrEqual, MoreThan, type DataSource, type EntityManager } from 'typeorm';
import { MAX_ALIASES_PER_KEY } from '../domain/alias-name';
import { aliasNotFound, alreadyExists } from '../domain/key-errors';
import type { KeyOperationName } from '../domain/key-operations';
import type { AliasRecord, KeyRecord } from '../domain/key-record';
import { arnOfAlias, arnOfKey } from '../domain/key-target';
import type { KeyChange, KeyStore, Page, RotationSchedule, WriteOptions } from '../domain/keys.port';
import { CustomerKeyEntity } from './customer-key.entity';
import { KeyAliasEntity } from './key-alias.entity';
import { KeyMaterialEntity } from './key-material.entity';
import { lockKey, write, type LockPlace } from './write';

const BATCH = 1_000;
/** Days between the rotations of the keys that Strongroom makes for itself; as in AWS, nobody can change it. */
const OWN_ROTATION_PERIOD = 365;

const ownSchedule = (createdAt: Date): RotationSchedule => ({
  rotationPeriodDays: OWN_ROTATION_PERIOD,
  nextRotationAt: new Date(createdAt.getTime() + OWN_ROTATION_PERIOD * DAY),
});

export class DatabaseKeyStore implements KeyStore {
  private readonly place: LockPlace;

  constructor(
    private readonly dataSource: DataSource,
    private readonly region: string,
    private readonly clock: Clock,
  ) {
    this.place = { region, clock };
  }

  async insert(key: KeyRecord, alias: string | undefined, options: WriteOptions): Promise<void> {
    const { keyId, accountId, createdAt } = key;
    try {
      await write(this.dataSource, options, async (manager) => {
        await manager.insert(CustomerKeyEntity, {
          keyId,
          accountId,
          state: key.state,
          manager: key.manager,
          description: key.description,
          policy: key.policy,
          tags: JSON.stringify(key.tags),
          currentMaterial: key.currentMaterial,
          createdAt,
          trackedSince: key.trackedSince,
          spec: key.spec,
          usage: key.usage,
          origin: key.origin,
          materialUntil: key.state === 'PendingImport' ? createdAt : null,
          ...(key.manager === 'AWS' && ownSchedule(createdAt)),
        });
        await manager.insert(
          KeyMaterialEntity,
          key.materials.map((material) => ({ keyId, ...material, createdAt })),
        );
        if (alias !== undefined) {
          await manager.insert(KeyAliasEntity, { accountId, name: alias, keyId, createdAt, updatedAt: createdAt });
        }
      });
    } catch (error) {
      throw alias === undefined ? error : this.namingTheAlias(error, accountId, alias);
    }
  }

  change(operation: KeyOperationName, keyId: string, change: KeyChange, options: WriteOptions): Promise<void> {
    return write(this.dataSource, options, async (manager) => {
      const key = await lockKey(manager, this.place, operation, keyId);
      const { tags, ...fields } = typeof change === 'function' ? change(key) : change;
      await manager.update(CustomerKeyEntity, { keyId }, { ...fields, ...(tags && { tags: JSON.stringify(tags) }) });
    });
  }

  async createAlias(alias: AliasRecord, options: WriteOptions): Promise<void> {
    try {
      await write(this.dataSource, options, async (manager) => {
        await lockKey(manager, this.place, 'CreateAlias', alias.keyId);
        await manager.insert(KeyAliasEntity, { ...alias });
        await this.requireFewAliases(manager, alias.keyId);
      });
    } catch (error) {
      throw this.namingTheAlias(error, alias.accountId, alias.name);
    }
  }

  updateAlias(alias: Pick<AliasRecord, 'accountId' | 'name' | 'keyId' | 'updatedAt'>, options: WriteOptions): Promise<void> {
    const { accountId, name, keyId, updatedAt } = alias;
    return write(this.dataSource, options, async (manager) => {
      await lockKey(manager, this.place, 'UpdateAlias', keyId);
      const { affected } = await manager.update(KeyAliasEntity, { accountId, name }, { keyId, updatedAt });
      if (!affected) throw this.aliasNotFound(accountId, name);
      await this.requireFewAliases(manager, keyId);
    });
  }

  deleteAlias(accountId: string, name: string, options: WriteOptions): Promise<void> {
    return write(this.dataSource, options, async (manager) => {
      const { affected } = await manager.delete(KeyAliasEntity, { accountId, name });
      if (!affected) throw this.aliasNotFound(accountId, name);
    });
  }

  async dueForDeletion(now: Date, limit: number): Promise<string[]> {
    const keys = await this.dataSource.manager.find(CustomerKeyEntity, {
      select: { keyId: true },
      where: { deletionAt: LessThanOrEqual(now) },
      order: { deletionAt: 'ASC' },
      take: limit,
    });
    return keys.map(({ keyId }) => keyId);
  }

  async delete(keyId: string, beforeCommit: (key: Pick<KeyRecord, 'accountId' | 'arn'>) => Promise<void>): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const key = await manager.findOne(CustomerKeyEntity, { where: { keyId }, lock: { mode: 'pessimistic_write' } });
      if (!key?.deletionAt || key.deletionAt > this.clock.now()) return;
      // What belongs to a key before the key, whose id they refer to.
      for (const table of ['key_last_use', 'key_grant', 'key_alias', 'key_material', 'customer_key']) {
        await manager.query(`DELETE FROM ${table} WHERE key_id = ?`, [keyId]);
      }
      await beforeCommit({ accountId: key.accountId, arn: arnOfKey(keyId, { accountId: key.accountId, region: this.region }) });
    });
  }

  async withMaterial(keyIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (let start = 0; start < keyIds.length; start += BATCH) {
      const keyId = In(keyIds.slice(start, start + BATCH));
      const keys = await this.dataSource.manager.find(CustomerKeyEntity, {
        select: { keyId: true },
        where: [
          { keyId, materialUntil: IsNull() },
          { keyId, materialUntil: MoreThan(this.clock.now()) },
        ],
      });
      found.push(...keys.map((key) => key.keyId));
    }
    return found;
  }

  async listKeyIds(accountId: string, { after, limit }: Page): Promise<string[]> {
    const keys = await this.dataSource.manager.find(CustomerKeyEntity, {
      select: { keyId: true },
      where: { accountId, keyId: MoreThan(after) },
      order: { keyId: 'ASC' },
      take: limit,
    });
    return keys.map((key) => key.keyId);
  }

  listAliases(accountId: string, keyId: string | undefined, { after, limit }: Page): Promise<AliasRecord[]> {
    return this.dataSource.manager.find(KeyAliasEntity, {
      where: { accountId, name: MoreThan(after), ...(keyId === undefined ? {} : { keyId }) },
      order: { name: 'ASC' },
      take: limit,
    });
  }

  /** The count is exact, because everybody who points an alias at the key holds its lock. */
  private async requireFewAliases(manager: EntityManager, keyId: string): Promise<void> {
    if ((await manager.countBy(KeyAliasEntity, { keyId })) > MAX_ALIASES_PER_KEY) {
      throw limitExceeded(`A key can have at most ${MAX_ALIASES_PER_KEY} aliases.`);
    }
  }

  private namingTheAlias(error: unknown, accountId: string, name: string): unknown {
    if (!isDuplicateKey(error)) return error;
    return alreadyExists(`An alias with the name ${arnOfAlias(name, { accountId, region: this.region })} already exists`);
  }

  private aliasNotFound(accountId: string, name: string): Error {
    return aliasNotFound(arnOfAlias(name, { accountId, region: this.region }));
  }
}
