/**
 * Stores the day of the last read of secrets and versions. A read never waits for it; other processes see it within a fraction of
 * a second.
 */
export interface AccessLog {
  touch(read: { secretId: number; versionId: string; accountId: string }): void;
  /** The day, UTC, of a read in this process that may not be in the database yet; undefined if there was none today. */
  lastRead(secretId: number, versionId?: string): Date | undefined;
}

/** The later one of two days. */
export function laterDay(a: Date | undefined, b: Date | undefined): Date | undefined {
  return !a || (b && b > a) ? b : a;
}
