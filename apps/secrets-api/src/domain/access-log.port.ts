/** Keeps the day of the last read of secrets and versions. A read never waits for it; it shows within about a second. */
export interface AccessLog {
  touch(secretId: number, versionId: string): void;
}
