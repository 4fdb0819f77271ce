import type { AliasRecord, KeyRecord, KeyState } from './key-record';

/** Reads keys for their use. Never cached: who asks in one turn of the event loop shares one statement, and sees what is true now. */
export interface KeyReader {
  byId(keyId: string): Promise<KeyRecord | undefined>;
  byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined>;
}

export interface WriteOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
  /** Runs in the transaction, right before COMMIT; when it rejects, nothing has changed. May run again if the transaction is repeated. */
  beforeCommit(): Promise<void>;
}

export interface Page {
  /** Begin after this id or name; '' for the first page. */
  after: string;
  limit: number;
}

/** Changes and lists keys and aliases. Uniqueness and limits hold whoever else writes at the same time. */
export interface KeyStore {
  /**
   * Stores a new key, with an alias of its own where one is given.
   *
   * @throws DomainError AlreadyExistsException when the account has the alias already; then nothing has changed
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
