import type { RotationStep } from './rotation-function.port';
import type { RotationRun } from './rotation-run';

export interface RotationMetrics {
  /** `errorCode` is '' on success. */
  stepEnded(step: RotationStep, errorCode: string, durationMs: number): void;
  runEnded(run: RotationRun): void;
}
