import type { RotationStep } from './rotation-function.port';

export interface StepTask {
  secretArn: string;
  token: string;
  attempt: number;
  step: RotationStep;
}

/**
 * Where steps wait for a worker. Adding what is there already changes nothing. A createSecret is given out after all other steps,
 * so that few rotations are half-way at a time. Rejects with ServiceUnavailableException.
 */
export interface StepQueue {
  add(task: StepTask): Promise<void>;
  addAll(tasks: readonly StepTask[]): Promise<void>;
}
