/** Makes sure that a purge is tried at its time. Best effort: a scan of the database finds what it loses. */
export interface PurgeSchedule {
  plan(secretId: number, purgeAt: Date): Promise<void>;
}
