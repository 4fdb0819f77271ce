import type { RotationStep } from './rotation-function.port';

export interface StepTask {
  secretArn: string;
  token: string;
  attempt: number;
  step: RotationStep;
}

/** Where steps wait for a worker. Adding what is there already changes nothing. Rejects with ServiceUnavailableException. */
export interface StepQueue {
  add(task: StepTask): Promise<void>;
  addAll(tasks: readonly StepTask[]): Promise<void>;
}
