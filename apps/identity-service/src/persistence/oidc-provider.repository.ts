import { isDuplicateKey } from '@strongroom/database';
import type { EntityManager } from 'typeorm';
import { entityAlreadyExists } from '../domain/iam-errors';
import type { OidcProvider } from '../domain/oidc-provider';
import type { Lock, OidcProviders } from '../domain/store.port';
import { OidcProviderEntity } from './oidc-provider.entity';
import { lockedOne } from './row-lock';

export class DatabaseOidcProviders implements OidcProviders {
  constructor(private readonly manager: EntityManager) {}

  async add(provider: OidcProvider): Promise<void> {
    try {
      await this.manager.insert(OidcProviderEntity, provider);
    } catch (error) {
      if (isDuplicateKey(error)) throw entityAlreadyExists(`Provider with url ${provider.issuer} already exists.`);
      throw error;
    }
  }

  find(arn: string, lock?: Lock): Promise<OidcProvider | undefined> {
    const query = this.manager.createQueryBuilder(OidcProviderEntity, 'o').where('o.arn = :arn', { arn });
    return lockedOne(this.manager, query, lock);
  }

  of(accountId: string): Promise<OidcProvider[]> {
    return this.manager.find(OidcProviderEntity, { where: { accountId }, order: { arn: 'ASC' } });
  }

  async update({ arn, clientIds, thumbprints }: OidcProvider): Promise<void> {
    await this.manager.update(OidcProviderEntity, { arn }, { clientIds, thumbprints });
  }

  async remove(arn: string): Promise<void> {
    await this.manager.delete(OidcProviderEntity, { arn });
  }
}
