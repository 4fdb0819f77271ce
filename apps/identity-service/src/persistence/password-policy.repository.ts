import type { EntityManager } from 'typeorm';
import type { PasswordPolicy } from '../domain/password-policy';
import type { PasswordPolicies } from '../domain/store.port';
import { PasswordPolicyEntity } from './password-policy.entity';

export class DatabasePasswordPolicies implements PasswordPolicies {
  constructor(private readonly manager: EntityManager) {}

  async find(accountId: string): Promise<PasswordPolicy | undefined> {
    return (await this.manager.findOneBy(PasswordPolicyEntity, { accountId }))?.policy;
  }

  async put(accountId: string, policy: PasswordPolicy): Promise<void> {
    await this.manager.upsert(PasswordPolicyEntity, { accountId, policy }, ['accountId']);
  }

  async remove(accountId: string): Promise<boolean> {
    return ((await this.manager.delete(PasswordPolicyEntity, { accountId })).affected ?? 0) > 0;
  }
}
