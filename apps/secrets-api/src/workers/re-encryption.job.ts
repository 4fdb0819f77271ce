import { defineJob, jobFields } from '@strongroom/jobs';

/** Does one batch of a re-encryption, again and again until it has ended. */
export const reEncryptionJob = defineJob({
  queue: 'data-key-re-encryption',
  fields: { keyId: jobFields.name(), runId: jobFields.name() },
  id: ({ keyId, runId }) => [keyId, runId],
});

export type ReEncryptionJob = ReturnType<typeof reEncryptionJob.parse>;
