export type { JobsConnection } from './connection';
export { defineJob, type JobDefinition, type JobOptions } from './job-definition';
export { jobFields, type JobField } from './job-fields';
export { createJobQueue, type JobQueue } from './job-queue';
export { startJobWorker, type JobTry, type JobWorker, type JobWorkerOptions } from './job-worker';
export { PostponedJob } from './postponed-job';
export { rotationStepJob, type RotationStepJob } from './rotation-step.job';
