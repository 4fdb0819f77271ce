/** A secret of which something has changed. */
export interface ChangedSecret {
  accountId: string;
  region: string;
  name: string;
  /** The six characters at the end of its ARN. */
  suffix: string;
}

/** Which changes somebody has been told of. */
export interface ChangePosition {
  /** All up to this number, */
  seen: number;
  /** but not these; in ascending order. */
  missing: readonly number[];
}

/**
 * Committed changes of secrets, by whichever process, in about the order of their commits: each at least once. Methods reject
 * with ServiceUnavailableException or RequestTimeoutException; the next call then goes on where the last one was.
 */
export interface ChangeFeed {
  /** Forgets where it was: the next call begins with the present, and may tell of some changes before it. */
  restart(): void;
  /** What has changed since the last call. `isAll`: and nothing else has. */
  next(): Promise<{ changes: ChangedSecret[]; isAll: boolean }>;
  /** What `next` has told. */
  readonly position: ChangePosition;
  /** The changes of an account after a position that some process was at; undefined: too many, or nobody knows any more. */
  since(position: ChangePosition, accountId: string): Promise<ChangedSecret[] | undefined>;
  /** Removes changes that are older than an hour, at most `limit`; returns their number. */
  forgetOld(limit: number): Promise<number>;
}
