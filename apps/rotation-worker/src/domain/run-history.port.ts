import type { RotationRun, StepTry } from './rotation-run';

export interface RunWrite {
  run: RotationRun;
  /** The attempt that has begun or ended. */
  stepTry?: StepTry;
}

/** The place where a page of runs ends. */
export interface RunPosition {
  startedAt: Date;
  runId: string;
}

export interface RunWithTries {
  run: RotationRun;
  /** Oldest first. */
  tries: StepTry[];
}

/** The history of runs. Rejects with ServiceUnavailableException if the database is unreachable. */
export interface RunHistory {
  find(runId: string): Promise<RotationRun | undefined>;
  /**
   * Stores a run and an attempt, whether they exist already or not. An ended run stays as it ended, and the next step never goes
   * back: a late write changes neither.
   */
  write(entry: RunWrite): Promise<void>;
  /** A failed run becomes a rolled-back one. */
  rollBack(runId: string): Promise<void>;
  /** The known ones of these ids. */
  findAll(runIds: readonly string[]): Promise<Map<string, RotationRun>>;
  /** Runs in progress that no worker seems to be running at `now`, at most `limit`. */
  idle(now: Date, limit: number): Promise<RotationRun[]>;
  /** Newest first. */
  list(secretArn: string, after: RunPosition | undefined, limit: number): Promise<RunWithTries[]>;
  get(runId: string): Promise<RunWithTries | undefined>;
  /**
   * Removes at most `limit` runs that ended before `instant`, oldest first, with their attempts; returns how many. A failed one
   * stays until another run of its secret has begun, because RetryRotation and RollBackRotation need it. Does nothing while
   * another worker does this.
   */
  purge(instant: Date, limit: number): Promise<number>;
  /** Of those that were begun last. */
  newest(secretArn: string): Promise<RunWithTries | undefined>;
}
