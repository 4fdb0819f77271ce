import { type JobTry, PostponedJob, type RotationStepJob } from '@strongroom/jobs';
import { StepPostponed } from '../domain/step-failure';
import type { StepRunner } from '../domain/step-runner';

/** The engine, as the queue calls it. */
export const stepProcessor =
  (runner: StepRunner) =>
  async (job: RotationStepJob, current: JobTry): Promise<void> => {
    current.span?.set({ 'strongroom.rotation.step': job.step });
    try {
      await runner.run(job, current);
    } catch (error) {
      throw error instanceof StepPostponed ? new PostponedJob(error.delayMs) : error;
    }
  };
