import type { CustomFunction } from './custom-function';

/** The registered functions. Rejects with ServiceUnavailableException when the database is away. */
export interface FunctionStore {
  find(accountId: string, name: string): Promise<CustomFunction | undefined>;
  /** By name, from the one after `after` on. */
  list(accountId: string, after: string, limit: number): Promise<CustomFunction[]>;
  /** `beforeCommit` runs inside the transaction: should it reject, nothing has happened. */
  put(fn: CustomFunction, beforeCommit: () => Promise<void>, deadline: number): Promise<void>;
  /** Resolves with false when there was none; `beforeCommit` has not run then. */
  remove(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean>;
}
