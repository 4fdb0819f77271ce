import { defineJob } from './job-definition';
import { jobFields } from './job-fields';

/**
 * One step of a rotation. secrets-api adds the first one; a worker that finishes one adds the next; the scan adds those that were
 * lost. The number of the attempt is part of the id, so that a repeated rotation does not find its steps done.
 * A rotation begins only when no rotation that has begun waits. Between setSecret and finishSecret, even after a failed attempt,
 * nobody must wait for the thousand others that are due.
 */
export const rotationStepJob = defineJob({
  queue: 'rotation-step',
  fields: {
    secretArn: jobFields.name(),
    /** The id of the version that will become AWSCURRENT. */
    token: jobFields.name(),
    attempt: jobFields.number(),
    /** createSecret, setSecret, testSecret or finishSecret. */
    step: jobFields.name(),
  },
  id: ({ secretArn, token, attempt, step }) => [secretArn, token, attempt, step],
  yields: ({ step }) => step === 'createSecret',
  attempts: 10,
  backoffMs: 500,
});

export type RotationStepJob = ReturnType<typeof rotationStepJob.parse>;
