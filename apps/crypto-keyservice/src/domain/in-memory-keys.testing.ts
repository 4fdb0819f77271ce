import { alreadyExists, notFound } from './key-errors';
import type { AliasRecord, KeyRecord, KeyState } from './key-record';
import type { KeyReader, KeyStore, Page, WriteOptions } from './keys.port';

/** Keys and aliases in memory, with the rules of the ports. */
export class InMemoryKeys implements KeyReader, KeyStore {
  readonly keys = new Map<string, KeyRecord>();
  readonly aliases = new Map<string, AliasRecord>();

  byId(keyId: string): Promise<KeyRecord | undefined> {
    const key = this.keys.get(keyId);
    return Promise.resolve(key && { ...key, aliases: this.aliasesOf(keyId) });
  }

  async byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined> {
    return this.byId(this.aliases.get(`${accountId}/${alias}`)?.keyId ?? '');
  }

  async insert(key: KeyRecord, alias: string | undefined, { beforeCommit }: WriteOptions): Promise<void> {
    const id = `${key.accountId}/${alias}`;
    // As in the database, the second caller waits for the first to commit, and then finds the alias taken.
    await beforeCommit();
    if (alias !== undefined) {
      if (this.aliases.has(id)) throw alreadyExists('taken');
      const { accountId, keyId, createdAt } = key;
      this.aliases.set(id, { accountId, keyId, name: alias, createdAt, updatedAt: createdAt });
    }
    this.keys.set(key.keyId, key);
  }

  setState(keyId: string, state: KeyState, options: WriteOptions): Promise<void> {
    return this.change(keyId, { state }, options);
  }

  setPolicy(keyId: string, policy: string, options: WriteOptions): Promise<void> {
    return this.change(keyId, { policy }, options);
  }

  async createAlias(alias: AliasRecord, { beforeCommit }: WriteOptions): Promise<void> {
    const id = `${alias.accountId}/${alias.name}`;
    if (this.aliases.has(id)) throw alreadyExists('taken');
    await beforeCommit();
    this.aliases.set(id, alias);
  }

  async updateAlias(alias: Omit<AliasRecord, 'createdAt'>, { beforeCommit }: WriteOptions): Promise<void> {
    const known = this.aliases.get(`${alias.accountId}/${alias.name}`);
    if (!known) throw notFound('no such alias');
    await beforeCommit();
    this.aliases.set(`${alias.accountId}/${alias.name}`, { ...known, ...alias });
  }

  async deleteAlias(accountId: string, name: string, { beforeCommit }: WriteOptions): Promise<void> {
    if (!this.aliases.has(`${accountId}/${name}`)) throw notFound('no such alias');
    await beforeCommit();
    this.aliases.delete(`${accountId}/${name}`);
  }

  async listKeyIds(accountId: string, { after, limit }: Page): Promise<string[]> {
    const own = [...this.keys.values()].filter((key) => key.accountId === accountId && key.keyId > after);
    return own
      .map((key) => key.keyId)
      .sort()
      .slice(0, limit);
  }

  async listAliases(accountId: string, keyId: string | undefined, { after, limit }: Page): Promise<AliasRecord[]> {
    return [...this.aliases.values()]
      .filter((alias) => alias.accountId === accountId && alias.name > after && (keyId ?? alias.keyId) === alias.keyId)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit);
  }

  private aliasesOf(keyId: string): string[] {
    return [...this.aliases.values()].filter((alias) => alias.keyId === keyId).map((alias) => alias.name);
  }

  private async change(keyId: string, change: Partial<KeyRecord>, { beforeCommit }: WriteOptions): Promise<void> {
    const key = this.keys.get(keyId);
    if (!key) throw notFound('no such key');
    await beforeCommit();
    this.keys.set(keyId, { ...key, ...change });
  }
}
