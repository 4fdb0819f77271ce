/** Has a purge tried whose time has come. Best effort: the next scan of the database finds what it loses. */
export interface PurgeSchedule {
  plan(secretId: number, purgeAt: Date): Promise<void>;
}
