import { isDuplicateKey } from '@strongroom/database';
import { type EntityManager, MoreThan } from 'typeorm';
import { entityAlreadyExists } from '../domain/iam-errors';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type { Account, Accounts } from '../domain/store.port';
import { AccountEntity } from './account.entity';

export class DatabaseAccounts implements Accounts {
  constructor(private readonly manager: EntityManager) {}

  async add(account: Account): Promise<void> {
    try {
      await this.manager.insert(AccountEntity, account);
    } catch (error) {
      if (isDuplicateKey(error)) throw entityAlreadyExists(`Account ${account.accountId} already exists.`);
      throw error;
    }
  }

  async find(accountId: string): Promise<Account | undefined> {
    return (await this.manager.findOneBy(AccountEntity, { accountId })) ?? undefined;
  }

  async list(page: PageRequest): Promise<Page<Account>> {
    const rows = await this.manager.find(AccountEntity, {
      where: page.after === undefined ? {} : { accountId: MoreThan(page.after) },
      order: { accountId: 'ASC' },
      take: page.size + 1,
    });
    return cutPage(rows, page.size);
  }
}
