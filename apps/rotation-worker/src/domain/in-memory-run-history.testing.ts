import { type RotationRun, type StepTry, stepNumber } from './rotation-run';
import type { RunHistory, RunPosition, RunWithTries, RunWrite } from './run-history.port';

/** Keeps what DatabaseRunHistory keeps, by the same rules. */
export class InMemoryRunHistory implements RunHistory {
  readonly runs = new Map<string, RotationRun>();
  readonly tries = new Map<string, StepTry & { runId: string }>();

  async find(runId: string): Promise<RotationRun | undefined> {
    return this.runs.get(runId);
  }

  async write({ run, stepTry }: RunWrite): Promise<void> {
    const known = this.runs.get(run.runId);
    if (!known) this.runs.set(run.runId, run);
    else if (known.state === 'running') {
      const nextStep = stepNumber(known.nextStep) > stepNumber(run.nextStep) ? known.nextStep : run.nextStep;
      this.runs.set(run.runId, { ...run, startedAt: known.startedAt, nextStep });
    }
    if (!stepTry) return;
    const begun = this.tries.get(stepTry.tryId);
    if (begun?.durationMs === undefined) this.tries.set(stepTry.tryId, { ...stepTry, runId: run.runId });
  }

  async rollBack(runId: string): Promise<void> {
    const run = this.runs.get(runId);
    if (run?.state === 'failed') this.runs.set(runId, { ...run, state: 'rolled-back' });
  }

  async findAll(runIds: readonly string[]): Promise<Map<string, RotationRun>> {
    return new Map(runIds.flatMap((runId) => (this.runs.has(runId) ? [[runId, this.runs.get(runId)!] as const] : [])));
  }

  async idle(now: Date, limit: number): Promise<RotationRun[]> {
    return [...this.runs.values()].filter((run) => run.state === 'running' && run.busyUntil <= now).slice(0, limit);
  }

  async list(secretArn: string, after: RunPosition | undefined, limit: number): Promise<RunWithTries[]> {
    const isAfter = (run: RotationRun) =>
      !after || run.startedAt < after.startedAt || (+run.startedAt === +after.startedAt && run.runId < after.runId);
    return [...this.runs.values()]
      .filter((run) => run.secretArn === secretArn && isAfter(run))
      .sort((a, b) => +b.startedAt - +a.startedAt || (a.runId < b.runId ? 1 : -1))
      .slice(0, limit)
      .map((run) => this.withTries(run));
  }

  async get(runId: string): Promise<RunWithTries | undefined> {
    const run = this.runs.get(runId);
    return run && this.withTries(run);
  }

  async newest(secretArn: string): Promise<RunWithTries | undefined> {
    return (await this.list(secretArn, undefined, 1))[0];
  }

  /** Nothing gets old here. */
  purge(): Promise<number> {
    return Promise.resolve(0);
  }

  private withTries(run: RotationRun): RunWithTries {
    const tries = [...this.tries.values()].filter(({ runId }) => runId === run.runId);
    return { run, tries: tries.sort((a, b) => (a.tryId < b.tryId ? -1 : 1)) };
  }
}
