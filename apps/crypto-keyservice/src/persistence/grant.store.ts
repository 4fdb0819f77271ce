import { isDuplicateKey } from '@strongroom/database';
import { limitExceeded } from '@strongroom/errors';
import { MoreThan, type DataSource, type EntityManager } from 'typeorm';
import { MAX_GRANTS_PER_GRANTEE, MAX_GRANTS_PER_KEY, type Grant } from '../domain/grant';
import type { GrantFilter, GrantStore } from '../domain/grants.port';
import { grantNotFound } from '../domain/key-errors';
import type { Page, WriteOptions } from '../domain/keys.port';
import { toGrant, toRow } from './grant-row';
import { KeyGrantEntity } from './key-grant.entity';
import { lockKey, write, type LockPlace } from './write';

export class DatabaseGrantStore implements GrantStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly place: LockPlace,
  ) {}

  create(grant: Grant, options: WriteOptions<Grant>): Promise<Grant> {
    return write(this.dataSource, options, async (manager) => {
      await lockKey(manager, this.place, 'CreateGrant', grant.keyId);
      const row = toRow(grant);
      try {
        await manager.insert(KeyGrantEntity, row);
      } catch (error) {
        if (!isDuplicateKey(error, 'ux_request')) throw error;
        return toGrant(await manager.findOneByOrFail(KeyGrantEntity, { keyId: grant.keyId, requestHash: row.requestHash! }));
      }
      await requireFewGrants(manager, grant);
      return grant;
    });
  }

  async find(grantId: string): Promise<Grant | undefined> {
    const row = await this.dataSource.manager.findOneBy(KeyGrantEntity, { grantId });
    return row ? toGrant(row) : undefined;
  }

  remove({ keyId, grantId }: Pick<Grant, 'keyId' | 'grantId'>, options: WriteOptions): Promise<void> {
    return write(this.dataSource, options, async (manager) => {
      const { affected } = await manager.delete(KeyGrantEntity, { keyId, grantId });
      if (!affected) throw grantNotFound(grantId);
    });
  }

  async list({ grantId, ...filter }: GrantFilter, { after, limit }: Page): Promise<Grant[]> {
    if (grantId !== undefined && grantId <= after) return [];
    const rows = await this.dataSource.manager.find(KeyGrantEntity, {
      where: { ...filter, grantId: grantId ?? MoreThan(after) },
      order: { grantId: 'ASC' },
      take: limit,
    });
    return rows.map(toGrant);
  }
}

/** The counts are exact, because everybody who makes a grant of the key holds its lock. */
async function requireFewGrants(manager: EntityManager, { keyId, grantee }: Grant): Promise<void> {
  if ((await manager.countBy(KeyGrantEntity, { keyId, grantee })) > MAX_GRANTS_PER_GRANTEE) {
    throw limitExceeded(`A key can have at most ${MAX_GRANTS_PER_GRANTEE} grants to one principal.`);
  }
  if ((await manager.countBy(KeyGrantEntity, { keyId })) > MAX_GRANTS_PER_KEY) {
    throw limitExceeded(`A key can have at most ${MAX_GRANTS_PER_KEY} grants.`);
  }
}
