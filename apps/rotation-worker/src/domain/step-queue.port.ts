import type { RotationStep } from './rotation-function.port';

export interface StepTask {
  secretArn: string;
  token: string;
  attempt: number;
  step: RotationStep;
}

/** Where steps wait for a worker. Adding what is there already changes nothing. Rejects with ServiceUnavailableException. */
export interface StepQueue {
  /** With `isNext` before all that wait: between setSecret and finishSecret nobody should have to wait for others. */
  add(task: StepTask, options?: { isNext?: boolean }): Promise<void>;
  addAll(tasks: readonly StepTask[]): Promise<void>;
}
