/** Keeps the day of the last read of secrets and versions, lazily: a read never waits for it. */
export interface AccessLog {
  touch(secretId: number, versionId: string): void;
}
