/** Requests the attempt of a due purge. Best effort: the next scan of the database finds lost ones. */
export interface PurgeSchedule {
  plan(secretId: number, purgeAt: Date): Promise<void>;
}
