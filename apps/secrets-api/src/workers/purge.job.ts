import { defineJob, jobFields } from '@strongroom/jobs';

/** Tries to purge a secret whose window is over. A secret that was restored meanwhile is not touched. */
export const purgeJob = defineJob({
  queue: 'secret-purge',
  fields: { secretId: jobFields.number(), purgeAt: jobFields.instant() },
  // One job for a secret, however often it is deleted and restored.
  id: ({ secretId }) => [secretId],
});

export type PurgeJob = ReturnType<typeof purgeJob.parse>;
