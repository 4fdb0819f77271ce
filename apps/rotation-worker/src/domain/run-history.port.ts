import type { RotationRun, StepTry } from './rotation-run';

export interface RunWrite {
  run: RotationRun;
  /** The try that has begun or ended. */
  stepTry?: StepTry;
}

/** Where a page of runs ended. */
export interface RunPosition {
  startedAt: Date;
  runId: string;
}

export interface RunWithTries {
  run: RotationRun;
  /** Oldest first. */
  tries: StepTry[];
}

/** The history of runs. Rejects with ServiceUnavailableException when the database is away. */
export interface RunHistory {
  find(runId: string): Promise<RotationRun | undefined>;
  /**
   * Writes a run and a try down, whether they are there already or not. What has ended stays as it ended, and the next step never
   * goes back: a late write changes neither.
   */
  write(entry: RunWrite): Promise<void>;
  /** A failed run becomes a rolled-back one. */
  rollBack(runId: string): Promise<void>;
  /** Those of the ids that are known. */
  findAll(runIds: readonly string[]): Promise<Map<string, RotationRun>>;
  /** Running ones that nobody seems to work on at `now`, at most `limit`. */
  idle(now: Date, limit: number): Promise<RotationRun[]>;
  /** Newest first. */
  list(secretArn: string, after: RunPosition | undefined, limit: number): Promise<RunWithTries[]>;
  get(runId: string): Promise<RunWithTries | undefined>;
  /**
   * Removes runs that ended before `instant`, oldest first and at most `limit`, and their tries; returns how many. A failed one
   * stays until another run of its secret has begun: RetryRotation and RollBackRotation go by it. Does nothing while another
   * worker is at it.
   */
  purge(instant: Date, limit: number): Promise<number>;
  /** Of those that were begun last. */
  newest(secretArn: string): Promise<RunWithTries | undefined>;
}
