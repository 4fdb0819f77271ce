import { isDuplicateKey } from '@strongroom/database';
import { type EntityManager, MoreThan, Not } from 'typeorm';
import { entityAlreadyExists } from '../domain/iam-errors';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type {
  AccessKey,
  AccessKeys,
  CertificateBinding,
  CertificateBindings,
  Lock,
  Session,
  Sessions,
} from '../domain/store.port';
import { AccessKeyEntity } from './access-key.entity';
import { CertificateBindingEntity } from './certificate-binding.entity';
import { heldSource } from './held-source';
import { lockedOne } from './row-lock';
import { SessionEntity } from './session.entity';
import { SignInLinkEntity } from './sign-in-link.entity';

export class DatabaseAccessKeys implements AccessKeys {
  constructor(private readonly manager: EntityManager) {}

  async add(key: AccessKey): Promise<void> {
    await this.manager.insert(AccessKeyEntity, key);
  }

  async find(accessKeyId: string, lock?: Lock): Promise<AccessKey | undefined> {
    const query = this.manager.createQueryBuilder(AccessKeyEntity, 'k').where('k.access_key_id = :accessKeyId', { accessKeyId });
    return lockedOne(this.manager, query, lock);
  }

  of(userId: string): Promise<AccessKey[]> {
    return this.manager.find(AccessKeyEntity, { where: { userId }, order: { createDate: 'ASC', accessKeyId: 'ASC' } });
  }

  async setActive(accessKeyId: string, active: boolean): Promise<void> {
    const key = active ? null : await this.manager.findOneBy(AccessKeyEntity, { accessKeyId });
    if (!key) return void (await this.manager.update(AccessKeyEntity, { accessKeyId }, { active }));
    // A session that begins on another node of the database refers to the row: it collides with the row's end, not with a change.
    await this.remove(accessKeyId);
    await this.add({ ...key, active });
  }

  async remove(accessKeyId: string): Promise<void> {
    await this.manager.delete(AccessKeyEntity, { accessKeyId });
  }
}

export class DatabaseCertificateBindings implements CertificateBindings {
  constructor(private readonly manager: EntityManager) {}

  async add(binding: CertificateBinding): Promise<void> {
    try {
      await this.manager.insert(CertificateBindingEntity, binding);
    } catch (error) {
      // Whose it is, is not told: it may be another account's.
      if (isDuplicateKey(error)) throw entityAlreadyExists(`The certificate URI ${binding.uri} is already bound.`);
      throw error;
    }
  }

  async find(uri: string, lock?: Lock): Promise<CertificateBinding | undefined> {
    const query = this.manager.createQueryBuilder(CertificateBindingEntity, 'b').where('b.uri = :uri', { uri });
    return lockedOne(this.manager, query, lock);
  }

  async list(accountId: string, page: PageRequest): Promise<Page<CertificateBinding>> {
    const rows = await this.manager.find(CertificateBindingEntity, {
      where: { accountId, ...(page.after === undefined ? {} : { uri: MoreThan(page.after) }) },
      order: { uri: 'ASC' },
      take: page.size + 1,
    });
    return cutPage(rows, page.size);
  }

  isBound(identityId: string): Promise<boolean> {
    return this.manager.existsBy(CertificateBindingEntity, { identityId });
  }

  async remove(uri: string): Promise<void> {
    await this.manager.delete(CertificateBindingEntity, { uri });
  }
}

export class DatabaseSessions implements Sessions {
  constructor(private readonly manager: EntityManager) {}

  async add(session: Session): Promise<void> {
    await this.manager.insert(SessionEntity, { ...toRow(session), ...(await heldSource(this.manager, session.source)) });
  }

  async find(accessKeyId: string, lock?: Lock): Promise<Session | undefined> {
    const query = this.manager.createQueryBuilder(SessionEntity, 's').where('s.access_key_id = :accessKeyId', { accessKeyId });
    const row = await lockedOne(this.manager, query, lock);
    return row && toSession(row);
  }

  async remove(accessKeyId: string): Promise<void> {
    await this.manager.delete(SessionEntity, { accessKeyId });
  }

  async removeOf(identityId: string, now: Date): Promise<number> {
    const alive = await this.manager.countBy(SessionEntity, { identityId, expireTime: MoreThan(now) });
    await this.manager.delete(SessionEntity, { identityId });
    return alive;
  }

  async removeFrom(source: string, except?: string): Promise<void> {
    await this.manager.delete(SessionEntity, { source, ...(except === undefined ? {} : { accessKeyId: Not(except) }) });
    await this.manager.delete(SignInLinkEntity, { source });
  }

  async of(identityId: string, now: Date, page: PageRequest): Promise<Page<Session>> {
    const rows = await this.manager.find(SessionEntity, {
      where: {
        identityId,
        expireTime: MoreThan(now),
        ...(page.after === undefined ? {} : { accessKeyId: MoreThan(page.after) }),
      },
      order: { accessKeyId: 'ASC' },
      take: page.size + 1,
    });
    return cutPage(rows.map(toSession), page.size);
  }
}

const toRow = (session: Session): SessionEntity => ({
  ...session,
  sessionName: session.sessionName ?? null,
  multiFactorAuthTime: session.multiFactorAuthTime ?? null,
  sourceIpAddress: session.sourceIpAddress ?? null,
  userAgent: session.userAgent ?? null,
});

const toSession = (row: SessionEntity): Session => ({
  ...row,
  sessionName: row.sessionName ?? undefined,
  multiFactorAuthTime: row.multiFactorAuthTime ?? undefined,
  sourceIpAddress: row.sourceIpAddress ?? undefined,
  userAgent: row.userAgent ?? undefined,
});
