import { isDuplicateKey } from '@strongroom/database';
import type { EntityManager } from 'typeorm';
import { builtInPolicy } from '../domain/built-in-policies';
import { entityAlreadyExists } from '../domain/iam-errors';
import { arnOfPolicy, type ManagedPolicy, type PolicyReference, type PolicyVersion } from '../domain/managed-policy';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type { Lock, ManagedPolicies } from '../domain/store.port';
import { ManagedPolicyEntity } from './managed-policy.entity';
import { PolicyVersionEntity } from './policy-version.entity';
import { prefixPattern } from './prefix-pattern';
import { heldOne } from './row-lock';

/** The policies of accounts; those that come with Strongroom are found here too, but are not stored. */
export class DatabaseManagedPolicies implements ManagedPolicies {
  constructor(private readonly manager: EntityManager) {}

  async add(policy: ManagedPolicy, document: string): Promise<void> {
    const { id: policyId, createDate, defaultVersion: version } = policy;
    try {
      await this.manager.insert(ManagedPolicyEntity, { ...policy, arn: arnOfPolicy(policy), latestVersion: version });
    } catch (error) {
      if (isDuplicateKey(error)) throw entityAlreadyExists(`A policy called ${policy.name} already exists.`);
      throw error;
    }
    await this.manager.insert(PolicyVersionEntity, { policyId, version, document, createDate });
  }

  async find({ arn }: PolicyReference, lock?: Lock): Promise<ManagedPolicy | undefined> {
    const builtIn = builtInPolicy(arn);
    if (builtIn) return builtIn;
    const query = this.manager.createQueryBuilder(ManagedPolicyEntity, 'p').where('p.arn = :arn', { arn });
    const row = await heldOne(this.manager, query, lock);
    return row ? toPolicy(row) : undefined;
  }

  async list(accountId: string, pathPrefix: string, page: PageRequest & { inclusive?: boolean }): Promise<Page<ManagedPolicy>> {
    const query = this.manager
      .createQueryBuilder(ManagedPolicyEntity, 'p')
      .where('p.account_id = :accountId', { accountId })
      .orderBy('p.name')
      .limit(page.size + 1);
    if (pathPrefix !== '/') query.andWhere('p.path LIKE :pattern', { pattern: prefixPattern(pathPrefix) });
    if (page.after !== undefined) query.andWhere(`p.name ${page.inclusive ? '>=' : '>'} :after`, { after: page.after });
    return cutPage((await query.getMany()).map(toPolicy), page.size);
  }

  async setDefault(policyId: string, version: number, updateDate: Date): Promise<void> {
    await this.manager.update(ManagedPolicyEntity, { id: policyId }, { defaultVersion: version, updateDate });
  }

  async remove(policyId: string): Promise<void> {
    await this.manager.delete(PolicyVersionEntity, { policyId });
    await this.manager.delete(ManagedPolicyEntity, { id: policyId });
  }

  async addVersion(policyId: string, document: string, createDate: Date): Promise<PolicyVersion> {
    const policy = await this.manager.findOneByOrFail(ManagedPolicyEntity, { id: policyId });
    const version = policy.latestVersion + 1;
    await this.manager.update(ManagedPolicyEntity, { id: policyId }, { latestVersion: version, updateDate: createDate });
    await this.manager.insert(PolicyVersionEntity, { policyId, version, document, createDate });
    return { version, document, createDate };
  }

  async version(policyId: string, version: number): Promise<PolicyVersion | undefined> {
    return (await this.manager.findOneBy(PolicyVersionEntity, { policyId, version })) ?? undefined;
  }

  versions(policyId: string): Promise<PolicyVersion[]> {
    return this.manager.find(PolicyVersionEntity, { where: { policyId }, order: { version: 'DESC' } });
  }

  async removeVersion(policyId: string, version: number): Promise<void> {
    await this.manager.delete(PolicyVersionEntity, { policyId, version });
  }
}

const toPolicy = ({ latestVersion: _, arn: __, ...policy }: ManagedPolicyEntity): ManagedPolicy => policy;
