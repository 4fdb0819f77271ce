import type { KeyOperationName } from './key-operations';
import type { AliasRecord, KeyRecord } from './key-record';

/**
 * Reads keys for their use. Nothing is cached: all reads of one turn of the event loop share one statement, and see the present
 * state.
 */
export interface KeyReader {
  /** @param materialVersion is read beside the current one, if the key has it */
  byId(keyId: string, materialVersion?: number): Promise<KeyRecord | undefined>;
  byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined>;
}

export interface WriteOptions<Result = void> {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
  /**
   * Runs in the transaction, right before COMMIT, with what the write returns; if it rejects, nothing changes. May run again if
   * the transaction is retried.
   */
  beforeCommit: (result: Result) => Promise<void>;
}

export interface Page {
  /** Starts after this id or name; '' for the first page. */
  after: string;
  limit: number;
}

/** When a key rotates by itself; null: never. */
export interface RotationSchedule {
  /** Days. */
  rotationPeriodDays: number | null;
  nextRotationAt: Date | null;
}

/** The fields that change; null: the key has none any more. */
export interface KeyFields
  extends Partial<Pick<KeyRecord, 'state' | 'policy' | 'description' | 'tags'>>, Partial<RotationSchedule> {
  deletionAt?: Date | null;
}

/** A function is called with the key while nobody else can change it. */
export type KeyChange = KeyFields | ((key: Pick<KeyRecord, 'state' | 'tags' | 'origin'> & RotationSchedule) => KeyFields);

/** Changes and lists keys and aliases. Uniqueness and limits hold even if others write at the same time. */
export interface KeyStore {
  /**
   * Stores a new key, with its own alias if one is given.
   * @throws DomainError AlreadyExistsException if the account already has the alias; then nothing changes
   */
  insert(key: KeyRecord, alias: string | undefined, options: WriteOptions): Promise<void>;
  /**
   * Changes a key, if its state allows the operation at this moment.
   * @throws DomainError NotFoundException, KMSInvalidStateException, DisabledException; what `change` throws
   */
  change(operation: KeyOperationName, keyId: string, change: KeyChange, options: WriteOptions): Promise<void>;
  /** @throws DomainError AlreadyExistsException, LimitExceededException, NotFoundException, KMSInvalidStateException */
  createAlias(alias: AliasRecord, options: WriteOptions): Promise<void>;
  /** Points the alias at another key. @throws DomainError NotFoundException, LimitExceededException, KMSInvalidStateException */
  updateAlias(alias: Pick<AliasRecord, 'accountId' | 'name' | 'keyId' | 'updatedAt'>, options: WriteOptions): Promise<void>;
  /** @throws DomainError NotFoundException */
  deleteAlias(accountId: string, name: string, options: WriteOptions): Promise<void>;
  /** Keys whose deletion is due, the first due first. */
  dueForDeletion(now: Date, limit: number): Promise<string[]>;
  /**
   * Deletes the key, its material and all that belongs to it, if its deletion is still due; otherwise does nothing.
   * @param beforeCommit as in `WriteOptions`
   */
  delete(keyId: string, beforeCommit: (key: Pick<KeyRecord, 'accountId' | 'arn'>) => Promise<void>): Promise<void>;
  /** Those of the keys that exist, with all their material. */
  withMaterial(keyIds: readonly string[]): Promise<string[]>;
  /** Key ids in their order. */
  listKeyIds(accountId: string, page: Page): Promise<string[]>;
  /** In the order of their names' bytes. */
  listAliases(accountId: string, keyId: string | undefined, page: Page): Promise<AliasRecord[]>;
}
