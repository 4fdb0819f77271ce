import { inTransaction, isDuplicateKey } from '@strongroom/database';
import { limitExceeded } from '@strongroom/errors';
import { MoreThan, type DataSource, type EntityManager } from 'typeorm';
import { MAX_ALIASES_PER_KEY } from '../domain/alias-name';
import { aliasNotFound, alreadyExists, notFound } from '../domain/key-errors';
import { requireNotPendingDeletion, type AliasRecord, type KeyRecord, type KeyState } from '../domain/key-record';
import { arnOfAlias, arnOfKey } from '../domain/key-target';
import type { KeyStore, Page, WriteOptions } from '../domain/keys.port';
import { CustomerKeyEntity } from './customer-key.entity';
import { KeyAliasEntity } from './key-alias.entity';
import { KeyMaterialEntity } from './key-material.entity';

export class DatabaseKeyStore implements KeyStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly region: string,
  ) {}

  async insert(key: KeyRecord, alias: string | undefined, options: WriteOptions): Promise<void> {
    const { keyId, accountId, createdAt } = key;
    try {
      await this.write(options, async (manager) => {
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
        });
        await manager.insert(
          KeyMaterialEntity,
          key.materials.map(({ version, wrapped }) => ({ keyId, version, wrapped, createdAt })),
        );
        if (alias !== undefined) {
          await manager.insert(KeyAliasEntity, { accountId, name: alias, keyId, createdAt, updatedAt: createdAt });
        }
      });
    } catch (error) {
      throw alias === undefined ? error : this.namingTheAlias(error, accountId, alias);
    }
  }

  setState(keyId: string, state: KeyState, options: WriteOptions): Promise<void> {
    return this.write(options, async (manager) => {
      await this.lockKey(manager, keyId);
      await manager.update(CustomerKeyEntity, { keyId }, { state });
    });
  }

  setPolicy(keyId: string, policy: string, options: WriteOptions): Promise<void> {
    return this.write(options, async (manager) => {
      await this.lockKey(manager, keyId);
      await manager.update(CustomerKeyEntity, { keyId }, { policy });
    });
  }

  async createAlias(alias: AliasRecord, options: WriteOptions): Promise<void> {
    try {
      await this.write(options, async (manager) => {
        await this.lockKey(manager, alias.keyId);
        await manager.insert(KeyAliasEntity, { ...alias });
        await this.requireFewAliases(manager, alias.keyId);
      });
    } catch (error) {
      throw this.namingTheAlias(error, alias.accountId, alias.name);
    }
  }

  updateAlias(alias: Pick<AliasRecord, 'accountId' | 'name' | 'keyId' | 'updatedAt'>, options: WriteOptions): Promise<void> {
    const { accountId, name, keyId, updatedAt } = alias;
    return this.write(options, async (manager) => {
      await this.lockKey(manager, keyId);
      const { affected } = await manager.update(KeyAliasEntity, { accountId, name }, { keyId, updatedAt });
      if (!affected) throw this.aliasNotFound(accountId, name);
      await this.requireFewAliases(manager, keyId);
    });
  }

  deleteAlias(accountId: string, name: string, options: WriteOptions): Promise<void> {
    return this.write(options, async (manager) => {
      const { affected } = await manager.delete(KeyAliasEntity, { accountId, name });
      if (!affected) throw this.aliasNotFound(accountId, name);
    });
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

  private write(options: WriteOptions, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    return inTransaction(
      this.dataSource,
      async (manager) => {
        await work(manager);
        await options.beforeCommit();
      },
      options.deadline === undefined ? {} : { deadline: options.deadline },
    );
  }

  /** Changes to one key happen one after the other, and not to a key that is about to be deleted. */
  private async lockKey(manager: EntityManager, keyId: string): Promise<void> {
    const key = await manager.findOne(CustomerKeyEntity, { where: { keyId }, lock: { mode: 'pessimistic_write' } });
    // The account is unknown here, but every caller has just seen the key.
    if (!key) throw notFound(`Key '${keyId}' does not exist`);
    const arn = arnOfKey(keyId, { accountId: key.accountId, region: this.region });
    requireNotPendingDeletion({ arn, state: key.state as KeyState });
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
