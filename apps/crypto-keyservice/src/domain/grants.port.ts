import type { Grant } from './grant';
import type { GrantLimits } from './grant-limits';
import type { KeyOperationName } from './key-operations';
import type { Page, WriteOptions } from './keys.port';

/** A grant that might allow a call. */
export interface GrantToSomebody extends GrantLimits {
  readonly grantee: string;
}

/** Reads grants for the use of keys. As with keys, nothing is cached: all reads of one turn share a statement. */
export interface GrantReader {
  /** The grants of the key to any of the grantees that have the operation: at most `MAX_GRANTS_PER_GRANTEE` for each. */
  to(grantees: readonly string[], keyId: string, operation: KeyOperationName): Promise<GrantToSomebody[]>;
  /** What authenticates the grant's tokens; undefined if there is no such grant. */
  tokenKey(grantId: string): Promise<Buffer | undefined>;
}

export interface GrantFilter {
  keyId?: string;
  grantId?: string;
  grantee?: string;
  retiring?: string;
}

/** Changes and lists grants. Uniqueness and limits hold even if others write at the same time. */
export interface GrantStore {
  /**
   * Stores a grant. If it has a name, and one with the same name and terms is stored already, returns that one.
   * @throws DomainError NotFoundException, KMSInvalidStateException, DisabledException, LimitExceededException
   */
  create(grant: Grant, options: WriteOptions<Grant>): Promise<Grant>;
  find(grantId: string): Promise<Grant | undefined>;
  /** @throws DomainError NotFoundException */
  remove(grant: Pick<Grant, 'keyId' | 'grantId'>, options: WriteOptions): Promise<void>;
  /** In the order of their ids. */
  list(filter: GrantFilter, page: Page): Promise<Grant[]>;
}
