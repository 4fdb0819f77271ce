import type { AliasRecord, KeyRecord, KeyState } from './key-record';

/**
 * Reads keys for their use. Nothing is cached: all reads of one turn of the event loop share one statement, and see the present
 * state.
 */
export interface KeyReader {
  byId(keyId: string): Promise<KeyRecord | undefined>;
  byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined>;
}

export interface WriteOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
  /**
   * Runs in the transaction, right before COMMIT; if it rejects, nothing changes. May run again if the transaction is retried.
   */
  beforeCommit: () => Promise<void>;
}

export interface Page {
  /** Starts after this id or name; '' for the first page. */
  after: string;
  limit: number;
}

/** Changes and lists keys and aliases. Uniqueness and limits hold even if others write at the same time. */
export interface KeyStore {
  /**
   * Stores a new key, with its own alias if one is given.
   * @throws DomainError AlreadyExistsException if the account already has the alias; then nothing changes
   */
  insert(key: KeyRecord, alias: string | undefined, options: WriteOptions): Promise<void>;
  /** @throws DomainError NotFoundException, KMSInvalidStateException for a key that is pending deletion */
  setState(keyId: string, state: KeyState, options: WriteOptions): Promise<void>;
  /** @throws DomainError NotFoundException */
  setPolicy(keyId: string, policy: string, options: WriteOptions): Promise<void>;
  /** @throws DomainError AlreadyExistsException, LimitExceededException, NotFoundException, KMSInvalidStateException */
  createAlias(alias: AliasRecord, options: WriteOptions): Promise<void>;
  /** Points the alias at another key. @throws DomainError NotFoundException, LimitExceededException, KMSInvalidStateException */
  updateAlias(alias: Pick<AliasRecord, 'accountId' | 'name' | 'keyId' | 'updatedAt'>, options: WriteOptions): Promise<void>;
  /** @throws DomainError NotFoundException */
  deleteAlias(accountId: string, name: string, options: WriteOptions): Promise<void>;
  /** Key ids in their order. */
  listKeyIds(accountId: string, page: Page): Promise<string[]>;
  /** In the order of their names' bytes. */
  listAliases(accountId: string, keyId: string | undefined, page: Page): Promise<AliasRecord[]>;
}
