import { alreadyExists, invalidKeyState, notFound } from './key-errors';
import type { KeyRing } from './key-ring';
import { requireUsable, type KeyOperationName } from './key-operations';
import type { AliasRecord, KeyRecord } from './key-record';
import type { KeyChange, KeyReader, KeyStore, Page, WriteOptions } from './keys.port';
import type { ImportStore, RotationStore } from './materials.port';

/** A symmetric key with its material. */
export const withMaterial = (ring: KeyRing, key: KeyRecord): KeyRecord => ({
  ...key,
  materials: [ring.newMaterial(key)],
});

/** Keys that never rotate. */
export const noRotations: RotationStore = {
  listMaterials: () => Promise.resolve([]),
  scheduleOf: () => Promise.resolve({ rotationPeriodDays: null, nextRotationAt: null }),
  rotateOnDemand: () => Promise.reject(invalidKeyState('there are no rotations here')),
  dueForRotation: () => Promise.resolve([]),
  rotateDue: () => Promise.resolve(),
};

/** No key has imported material. */
export const noImports: ImportStore = {
  import: () => Promise.reject(invalidKeyState('nothing can be imported here')),
  deleteMaterial: () => Promise.resolve(''),
  dueForExpiry: () => Promise.resolve([]),
  expire: () => Promise.resolve(),
};

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

  async change(operation: KeyOperationName, keyId: string, change: KeyChange, { beforeCommit }: WriteOptions): Promise<void> {
    const key = this.keys.get(keyId);
    if (!key) throw notFound('no such key');
    requireUsable(operation, key);
    await beforeCommit();
    const { deletionAt, ...fields } =
      typeof change === 'function' ? change({ rotationPeriodDays: null, nextRotationAt: null, ...key }) : change;
    this.keys.set(keyId, { ...key, ...fields, ...(deletionAt !== undefined && { deletionAt: deletionAt ?? undefined }) });
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

  dueForDeletion(now: Date): Promise<string[]> {
    const due = [...this.keys.values()].filter(({ deletionAt }) => deletionAt && deletionAt <= now);
    return Promise.resolve(due.map(({ keyId }) => keyId));
  }

  async delete(keyId: string, beforeCommit: (key: KeyRecord) => Promise<void>): Promise<void> {
    const key = this.keys.get(keyId);
    if (!key?.deletionAt) return;
    await beforeCommit(key);
    this.keys.delete(keyId);
  }

  withMaterial(keyIds: readonly string[]): Promise<string[]> {
    return Promise.resolve(keyIds.filter((keyId) => this.keys.has(keyId)));
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
}
