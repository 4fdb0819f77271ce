import type { RotationStep } from './rotation-function.port';

export interface StepTask {
  secretArn: string;
  token: string;
  attempt: number;
  step: RotationStep;
}

/**
 * The queue in which steps wait for a worker. Adding a step that is already there changes nothing. A createSecret is delivered
 * after all other steps, so that few rotations are half done at a time. Rejects with ServiceUnavailableException.
 */
export interface StepQueue {
  add(task: StepTask): Promise<void>;
  addAll(tasks: readonly StepTask[]): Promise<void>;
}
