import { defineJob } from './job-definition';
import { jobFields } from './job-fields';

/**
 * One step of a rotation. secrets-api adds the first, whoever finishes one adds the next, and the scan adds what has got lost. The number of the attempt is
 * part of the id, so that a rotation that is attempted again does not find its steps done.
 *
 * A rotation begins when none that has begun waits: between setSecret and finishSecret nobody should have to wait for the thousand others that are due, not even
 * after a failed try.
 */
export const rotationStepJob = defineJob({
  queue: 'rotation-step',
  fields: {
    secretArn: jobFields.name(),
    /** The id of the version that is to become AWSCURRENT. */
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
