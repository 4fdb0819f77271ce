import type { Clock } from '@strongroom/clock';
import { MINUTE } from '@strongroom/clock';
import type { HistoryRetention } from './history-retention';
import type { RequestPage, RotationRequest, RotationRequests } from './rotation-request.port';
import { firstStep, type RotationRun, runIdOf } from './rotation-run';
import type { RunEndings } from './run-endings';
import type { RunHistory } from './run-history.port';
import type { StepQueue, StepTask } from './step-queue.port';

/** The most runs that secrets-api no longer lists and that one scan checks. */
const MAX_IDLE = 100;
/**
 * The delay after which a list of all open requests is compared with what this process knows: a run may have begun in between.
 */
const SETTLED_MS = MINUTE;
/**
 * The time for which this process assumes that a first job that it has added still exists. Thousands may wait for their turn, and
 * every scan lists them.
 */
const TRUSTED_MS = 10_000;

export interface ScanSurroundings {
  requests: RotationRequests;
  history: RunHistory;
  queue: StepQueue;
  endings: RunEndings;
  retention: HistoryRetention;
  clock: Clock;
}

/**
 * Asks secrets-api to request due rotations, and ensures that every open request has a job, so neither an emptied Redis nor a
 * lost message loses a rotation. Any number of workers may scan: secrets-api creates a request once, and an existing job is not
 * added again.
 */
export class RotationScan {
  /** When the first job was requested, by the ids of runs that have not begun. Milliseconds. */
  private asked = new Map<string, number>();

  constructor(private readonly d: ScanSurroundings) {}

  /** Resolves with whether more is due than one scan handles. */
  async scan(signal?: AbortSignal): Promise<boolean> {
    const open = new Set<string>();
    let isMoreDue = false;
    let nextToken = '';
    do {
      const page: RequestPage = await this.d.requests.scan(nextToken, signal);
      for (const request of page.requests) open.add(runIdOf(request));
      await this.enqueue(page.requests);
      ({ nextToken } = page);
      isMoreDue ||= page.isMoreDue;
    } while (nextToken !== '' && !signal?.aborted);
    if (!signal?.aborted) this.asked = new Map([...this.asked].filter(([runId]) => open.has(runId)));
    await this.concludeForgotten(open);
    await this.d.retention.purgeWhenDue(signal);
    return isMoreDue;
  }

  private async enqueue(requests: readonly RotationRequest[]): Promise<void> {
    const runs = await this.d.history.findAll(requests.map(runIdOf));
    const now = this.d.clock.now();
    const begun = new Map<string, number>();
    await this.d.queue.addAll(
      requests.flatMap((request): StepTask[] => {
        const runId = runIdOf(request);
        const step = this.lostStep(request, runs.get(runId), now);
        if (!step) return [];
        if (!runs.has(runId)) begun.set(runId, now.getTime());
        return [{ secretArn: request.secretArn, token: request.token, attempt: request.attempt, step }];
      }),
    );
    for (const [runId, at] of begun) this.asked.set(runId, at);
  }

  private lostStep(request: RotationRequest, run: RotationRun | undefined, now: Date): StepTask['step'] | undefined {
    if (!run) {
      const asked = this.asked.get(runIdOf(request));
      return asked !== undefined && now.getTime() < asked + TRUSTED_MS ? undefined : firstStep(request.kind);
    }
    return run.state === 'running' && run.busyUntil <= now ? run.nextStep : undefined;
  }

  /** Runs whose request has ended while nobody worked on them. */
  private async concludeForgotten(open: ReadonlySet<string>): Promise<void> {
    const settled = new Date(this.d.clock.millis() - SETTLED_MS);
    const forgotten = (await this.d.history.idle(settled, MAX_IDLE)).filter((run) => !open.has(run.runId));
    for (const run of forgotten) {
      const request = await this.d.requests.find({ secretArn: run.secretArn, token: run.versionId });
      if (request?.state !== 'open' || request.attempt !== run.attempt) await this.d.endings.conclude(run, request);
    }
  }
}
