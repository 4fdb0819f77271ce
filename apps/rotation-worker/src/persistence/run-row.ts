import { rotationSteps } from '../domain/rotation-function.port';
import { type RotationRun, type RunState, type StepTry, stepNumber } from '../domain/rotation-run';

export interface RunRow {
  run_id: string;
  secret_arn: string;
  account_id: string;
  version_id: string;
  attempt: number;
  function_arn: string;
  kind: RotationRun['kind'];
  state: RunState;
  next_step: number;
  initiated_by: string;
  started_at: Date;
  ended_at: Date | null;
  busy_until: Date;
  diagnosis: string;
}

export const runColumns = [
  'run_id',
  'secret_arn',
  'account_id',
  'version_id',
  'attempt',
  'function_arn',
  'kind',
  'state',
  'next_step',
  'initiated_by',
  'started_at',
  'ended_at',
  'busy_until',
  'diagnosis',
] as const satisfies readonly (keyof RunRow)[];

export const toRunRow = (run: RotationRun): RunRow => ({
  run_id: run.runId,
  secret_arn: run.secretArn,
  account_id: run.accountId,
  version_id: run.versionId,
  attempt: run.attempt,
  function_arn: run.functionArn,
  kind: run.kind,
  state: run.state,
  next_step: stepNumber(run.nextStep),
  initiated_by: run.initiatedBy,
  started_at: run.startedAt,
  ended_at: run.endedAt ?? null,
  busy_until: run.busyUntil,
  diagnosis: run.diagnosis,
});

export const toRun = (row: RunRow): RotationRun => ({
  runId: row.run_id,
  secretArn: row.secret_arn,
  accountId: row.account_id,
  versionId: row.version_id,
  attempt: row.attempt,
  functionArn: row.function_arn,
  kind: row.kind,
  state: row.state,
  nextStep: rotationSteps[row.next_step]!,
  initiatedBy: row.initiated_by,
  startedAt: row.started_at,
  endedAt: row.ended_at ?? undefined,
  busyUntil: row.busy_until,
  diagnosis: row.diagnosis,
});

export interface TryRow {
  run_id: string;
  try_id: string;
  step: number;
  started_at: Date;
  duration_ms: number | null;
  error_code: string;
  error_message: string;
}

export const tryColumns = [
  'run_id',
  'try_id',
  'step',
  'started_at',
  'duration_ms',
  'error_code',
  'error_message',
] as const satisfies readonly (keyof TryRow)[];

export const toTryRow = (runId: string, stepTry: StepTry): TryRow => ({
  run_id: runId,
  try_id: stepTry.tryId,
  step: stepNumber(stepTry.step),
  started_at: stepTry.startedAt,
  duration_ms: stepTry.durationMs ?? null,
  error_code: stepTry.errorCode,
  error_message: stepTry.errorMessage,
});

export const toTry = (row: TryRow): StepTry => ({
  tryId: row.try_id,
  step: rotationSteps[row.step]!,
  startedAt: row.started_at,
  durationMs: row.duration_ms ?? undefined,
  errorCode: row.error_code,
  errorMessage: row.error_message,
});
