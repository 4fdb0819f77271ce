import { type EntityManager, In } from 'typeorm';
import { nameOfPolicy } from '../domain/managed-policy';
import type { Attachments } from '../domain/store.port';
import { AttachmentEntity } from './attachment.entity';
import { IdentityEntity } from './identity.entity';

export class DatabaseAttachments implements Attachments {
  constructor(private readonly manager: EntityManager) {}

  async add(identityId: string, policyArn: string): Promise<void> {
    await this.manager.query('INSERT IGNORE INTO attachment (identity_id, policy_arn) VALUES (?, ?)', [identityId, policyArn]);
  }

  async remove(identityId: string, policyArn: string): Promise<boolean> {
    return ((await this.manager.delete(AttachmentEntity, { identityId, policyArn })).affected ?? 0) > 0;
  }

  async of(identityId: string): Promise<string[]> {
    const rows = await this.manager.findBy(AttachmentEntity, { identityId });
    const order = (arn: string) => `${nameOfPolicy(arn).toUpperCase()} ${arn}`;
    return rows.map((row) => row.policyArn).sort((one, other) => (order(one) < order(other) ? -1 : 1));
  }

  async count(accountId: string, policyArns: readonly string[]): Promise<Map<string, number>> {
    if (policyArns.length === 0) return new Map();
    const rows = await this.manager
      .createQueryBuilder(AttachmentEntity, 'a')
      .innerJoin(IdentityEntity, 'i', 'i.id = a.identity_id')
      .select('a.policy_arn', 'arn')
      .addSelect('COUNT(*)', 'count')
      .where({ policyArn: In([...policyArns]) })
      .andWhere('i.account_id = :accountId', { accountId })
      .groupBy('a.policy_arn')
      .getRawMany<{ arn: string; count: string }>();
    return new Map(rows.map(({ arn, count }) => [arn, Number(count)]));
  }

  async isUsed(policyArn: string): Promise<boolean> {
    return (
      (await this.manager.existsBy(AttachmentEntity, { policyArn })) ||
      (await this.manager.existsBy(IdentityEntity, { permissionsBoundary: policyArn }))
    );
  }
}
