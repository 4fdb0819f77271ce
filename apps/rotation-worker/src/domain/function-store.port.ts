import type { CustomFunction } from './custom-function';

/** The registered functions. Rejects with ServiceUnavailableException if the database is unreachable. */
export interface FunctionStore {
  find(accountId: string, name: string): Promise<CustomFunction | undefined>;
  /** By name, starting after `after`. */
  list(accountId: string, after: string, limit: number): Promise<CustomFunction[]>;
  /** `beforeCommit` runs inside the transaction; if it rejects, nothing changes. */
  put(fn: CustomFunction, beforeCommit: () => Promise<void>, deadline: number): Promise<void>;
  /** Resolves with false if there was none; `beforeCommit` has then not run. */
  remove(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean>;
}
