import type { EntityManager } from 'typeorm';
import type { NamedDocument } from '../domain/policy-document';
import type { InlinePolicies } from '../domain/store.port';
import { InlinePolicyEntity } from './inline-policy.entity';

export class DatabaseInlinePolicies implements InlinePolicies {
  constructor(private readonly manager: EntityManager) {}

  async put(identityId: string, { name, document }: NamedDocument): Promise<void> {
    await this.manager.query(
      'INSERT INTO inline_policy (identity_id, name, document) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE document = VALUES(document)',
      [identityId, name, document],
    );
  }

  async find(identityId: string, name: string): Promise<NamedDocument | undefined> {
    const row = await this.manager.findOneBy(InlinePolicyEntity, { identityId, name });
    return row ? { name: row.name, document: row.document } : undefined;
  }

  async of(identityId: string): Promise<NamedDocument[]> {
    const rows = await this.manager.find(InlinePolicyEntity, { where: { identityId }, order: { name: 'ASC' } });
    return rows.map(({ name, document }) => ({ name, document }));
  }

  async remove(identityId: string, name: string): Promise<boolean> {
    return ((await this.manager.delete(InlinePolicyEntity, { identityId, name })).affected ?? 0) > 0;
  }
}
