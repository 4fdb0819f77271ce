import { isDomainError } from '@strongroom/errors';
import type { KeyFactory } from './key-factory';
import { secretsManagerKeyPolicy } from './key-policy';
import type { KeyRecord } from './key-record';
import type { KeyReader, KeyStore } from './keys.port';

export const SECRETS_MANAGER_ALIAS = 'alias/aws/secretsmanager';

/** Puts into the audit trail that Strongroom made a key by itself; the key is stored only if this resolves. */
export type RecordCreation = (key: KeyRecord) => Promise<void>;

/** The key that an account's secrets are encrypted under unless they name another. It comes into being when it is first needed. */
export class DefaultKeys {
  private readonly inTheMaking = new Map<string, Promise<KeyRecord>>();

  constructor(
    private readonly reader: KeyReader,
    private readonly store: KeyStore,
    private readonly factory: KeyFactory,
    private readonly region: string,
    private readonly recordCreation: RecordCreation,
  ) {}

  async of(accountId: string): Promise<KeyRecord> {
    return (await this.reader.byAlias(accountId, SECRETS_MANAGER_ALIAS)) ?? (await this.makeOnce(accountId));
  }

  /** In this process one at a time makes it; among processes the database decides, by the alias that only one key can have. */
  private makeOnce(accountId: string): Promise<KeyRecord> {
    let making = this.inTheMaking.get(accountId);
    if (!making) {
      making = this.make(accountId).finally(() => this.inTheMaking.delete(accountId));
      this.inTheMaking.set(accountId, making);
    }
    return making;
  }

  private async make(accountId: string): Promise<KeyRecord> {
    const key = this.factory.make({
      accountId,
      manager: 'AWS',
      description: 'Default key that protects my secrets when no other key is defined',
      policy: secretsManagerKeyPolicy(accountId, this.region),
      tags: {},
    });
    try {
      await this.store.insert(key, SECRETS_MANAGER_ALIAS, { beforeCommit: () => this.recordCreation(key) });
      return key;
    } catch (error) {
      const winner =
        isDomainError(error) && error.reason === 'AlreadyExistsException'
          ? await this.reader.byAlias(accountId, SECRETS_MANAGER_ALIAS)
          : undefined;
      if (!winner) throw error;
      return winner;
    }
  }
}
