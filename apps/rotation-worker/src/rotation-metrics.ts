import type { Metrics } from '@strongroom/telemetry';
import { Counter, Histogram } from 'prom-client';
import type { RotationMetrics } from './domain/rotation-metrics.port';

/** What an operator needs to know: whether rotations succeed, and how long each part takes. */
export const rotationMetrics = ({ registry }: Metrics): RotationMetrics => {
  const registers = [registry];
  const runs = new Counter({
    name: 'strongroom_rotation_runs_total',
    help: 'Rotation runs that ended in this process, by kind and state',
    labelNames: ['kind', 'state'],
    registers,
  });
  const steps = new Histogram({
    name: 'strongroom_rotation_step_seconds',
    help: 'Duration of attempts of rotation steps in this process, by step and outcome',
    labelNames: ['step', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  return {
    stepEnded: (step, errorCode, durationMs) =>
      steps.observe({ step, outcome: errorCode === '' ? 'done' : 'failed' }, durationMs / 1_000),
    runEnded: ({ kind, state }) => runs.inc({ kind, state }),
  };
};
