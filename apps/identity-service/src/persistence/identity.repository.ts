import { isDuplicateKey } from '@strongroom/database';
import { type EntityManager, In } from 'typeorm';
import { type Identity, identityExists, type IdentityKind, type IdentityName } from '../domain/identity';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type { Identities, Lock } from '../domain/store.port';
import { IdentityEntity } from './identity.entity';
import { prefixPattern } from './prefix-pattern';
import { heldOne } from './row-lock';

export class DatabaseIdentities implements Identities {
  constructor(private readonly manager: EntityManager) {}

  async add(identity: Identity): Promise<void> {
    try {
      await this.manager.insert(IdentityEntity, toRow(identity));
    } catch (error) {
      if (isDuplicateKey(error, 'uq_name')) throw identityExists(identity);
      throw error;
    }
  }

  find(accountId: string, { kind, name }: IdentityName, lock?: Lock): Promise<Identity | undefined> {
    return this.one('i.account_id = :accountId AND i.kind = :kind AND i.name = :name', { accountId, kind, name }, lock);
  }

  byId(id: string, lock?: Lock): Promise<Identity | undefined> {
    return this.one('i.id = :id', { id }, lock);
  }

  async byIds(ids: readonly string[]): Promise<Identity[]> {
    if (ids.length === 0) return [];
    return (await this.manager.findBy(IdentityEntity, { id: In([...ids]) })).map(toIdentity);
  }

  async list(accountId: string, kind: IdentityKind, pathPrefix: string, page: PageRequest): Promise<Page<Identity>> {
    const query = this.manager
      .createQueryBuilder(IdentityEntity, 'i')
      .where('i.account_id = :accountId AND i.kind = :kind', { accountId, kind })
      .orderBy('i.name')
      .limit(page.size + 1);
    if (pathPrefix !== '/') query.andWhere('i.path LIKE :pattern', { pattern: prefixPattern(pathPrefix) });
    if (page.after !== undefined) query.andWhere('i.name > :after', { after: page.after });
    return cutPage((await query.getMany()).map(toIdentity), page.size);
  }

  async update(identity: Identity): Promise<void> {
    await this.manager.update(IdentityEntity, { id: identity.id }, toRow(identity));
  }

  async remove(id: string): Promise<void> {
    await this.manager.delete(IdentityEntity, { id });
  }

  private async one(where: string, parameters: object, lock: Lock | undefined): Promise<Identity | undefined> {
    const query = this.manager.createQueryBuilder(IdentityEntity, 'i').where(where, parameters);
    const row = await heldOne(this.manager, query, lock);
    return row ? toIdentity(row) : undefined;
  }
}

const toRow = (identity: Identity): IdentityEntity => ({
  id: identity.id,
  accountId: identity.accountId,
  kind: identity.kind,
  name: identity.name,
  path: identity.path,
  createDate: identity.createDate,
  permissionsBoundary: identity.permissionsBoundary ?? null,
  tags: identity.tags,
  trustPolicy: identity.role?.trustPolicy ?? null,
  description: identity.role?.description ?? null,
  maxSessionDuration: identity.role?.maxSessionDuration ?? null,
});

export const toIdentity = (row: IdentityEntity): Identity => ({
  id: row.id,
  accountId: row.accountId,
  kind: row.kind,
  name: row.name,
  path: row.path,
  createDate: row.createDate,
  permissionsBoundary: row.permissionsBoundary ?? undefined,
  tags: row.tags,
  ...(row.trustPolicy === null
    ? {}
    : {
        role: {
          trustPolicy: row.trustPolicy,
          description: row.description ?? '',
          maxSessionDuration: row.maxSessionDuration ?? 3_600,
        },
      }),
});
