import { EventIds, InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import { resourceNotFound } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';
import { SeededRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import type { RotationFunction, RotationStep, StepCall } from './domain/rotation-function.port';
import type { RotationRequest } from './domain/rotation-request.port';
import { HistoryRetention } from './domain/history-retention';
import { RotationScan } from './domain/rotation-scan';
import { RotationTrail } from './domain/rotation-trail';
import { RunEndings } from './domain/run-endings';
import { StepFailed, StepPostponed } from './domain/step-failure';
import type { StepTask } from './domain/step-queue.port';
import { type StepChance, StepRunner } from './domain/step-runner';
import { StepSlots } from './domain/step-slots';
import { FakeRotationRequests } from './domain/fake-rotation-requests.testing';
import { InMemoryRunHistory } from './domain/in-memory-run-history.testing';

/** A process that ends here. */
export class Crash extends Error {}

/** One server with one password, and the values of a secret's versions. Each step can be repeated. */
export class FakeFunction implements RotationFunction {
  timeoutMs = 1_000;
  target: string | undefined;
  readonly calls: string[] = [];
  readonly serverAccepts = new Set(['old']);
  pending: string | undefined;
  /** Called before a step has any effect. */
  before: (step: RotationStep, call: StepCall) => Promise<void> | void = () => undefined;

  constructor(private readonly requests: FakeRotationRequests) {}

  async invoke(step: RotationStep, call: StepCall): Promise<void> {
    this.calls.push(step);
    await this.before(step, call);
    if (step === 'createSecret') this.pending ??= 'new';
    if (step === 'setSecret') this.serverAccepts.add(this.pending!);
    if (step === 'testSecret' && this.requests.of(call).kind === 'rotate' && !this.serverAccepts.has(this.pending!))
      throw new Error('cannot log in');
    if (step === 'finishSecret') await this.requests.finish(call);
  }

  targetOf(): Promise<string | undefined> {
    return Promise.resolve(this.target);
  }
}

/** A queue with BullMQ's rules: one job for each id, several tries, jobs that are put back; and the worker that takes from it. */
export class FakeQueue {
  readonly jobs = new Map<string, { task: StepTask; failures: number }>();
  readonly maxTries = 3;

  add(task: StepTask): Promise<void> {
    const id = Object.values(task).join(' ');
    if (!this.jobs.has(id)) this.jobs.set(id, { task, failures: 0 });
    return Promise.resolve();
  }

  async addAll(tasks: readonly StepTask[]): Promise<void> {
    for (const task of tasks) await this.add(task);
  }

  async takeOne(run: StepRunner['run'], signal: AbortSignal): Promise<void> {
    const [id, job] = [...this.jobs][0]!;
    try {
      await run(job.task, { isLast: job.failures + 1 >= this.maxTries, signal });
      this.jobs.delete(id);
    } catch (error) {
      if (error instanceof Crash || error instanceof StepPostponed) return;
      if (!(error instanceof StepFailed)) throw error;
      if (++job.failures >= this.maxTries) this.jobs.delete(id);
    }
  }
}

/**
 * The engine on fakes. At every call of a port the process may end: `crashAt` says at which one, before its effect or after it.
 */
export class TestEngine {
  readonly clock = new ManualClock('2026-03-10T12:00:00Z');
  readonly requests = new FakeRotationRequests();
  readonly history = new InMemoryRunHistory();
  readonly queue = new FakeQueue();
  readonly recorder = new InMemoryRecorder();
  readonly fn = new FakeFunction(this.requests);
  readonly ended: string[] = [];
  targets = new FairGate({ slots: Infinity, slotsPerLane: 4 });
  slots = new StepSlots({ builtIn: 8, custom: 4 }, this.clock);
  signal = new AbortController().signal;
  crashAt: { call: number; when: 'before' | 'after' } | undefined;
  calls = 0;
  private alive = true;

  /** A worker as it is when its process starts. */
  private worker(): { runner: StepRunner; scan: RotationScan } {
    this.alive = true;
    const random = new SeededRandom(String(this.calls));
    const surroundings = {
      requests: this.guarded(this.requests),
      history: this.guarded(this.history),
      queue: this.guarded(this.queue),
      clock: this.clock,
      logger: silentLogger,
      metrics: { stepEnded: () => undefined, runEnded: ({ state }: { state: string }) => void this.ended.push(state) },
    };
    const trail = new RotationTrail({
      recorder: this.guarded(this.recorder),
      clock: this.clock,
      region: 'us-east-1',
      accountId: '000000000000',
    });
    const endings = new RunEndings({ ...surroundings, trail });
    const retention = new HistoryRetention({ history: surroundings.history, clock: this.clock, days: 90 });
    const functions = {
      find: (arn: string) =>
        arn.endsWith('missing') ? Promise.reject(resourceNotFound('Function not found')) : Promise.resolve(this.guarded(this.fn)),
    };
    const tryIds = new EventIds(this.clock, random);
    const runner = new StepRunner({
      ...surroundings,
      trail,
      endings,
      functions,
      targets: this.targets,
      patienceMs: 5,
      slots: this.slots,
      tryIds,
    });
    return { runner, scan: new RotationScan({ ...surroundings, endings, retention }) };
  }

  /** Works until nothing is left to do, and starts again after a crash. The scan runs when time has passed. */
  async settle(): Promise<void> {
    let { runner, scan } = this.worker();
    for (let round = 0; round < 40; round++) {
      await this.unlessCrashed(async () => void (await scan.scan()));
      while (this.alive && this.queue.jobs.size > 0) {
        this.clock.advance(10);
        await this.queue.takeOne((task, current) => this.runOrCrash(runner, task, current), this.signal);
      }
      if (!this.alive) ({ runner, scan } = this.worker());
      this.clock.advance(30_000);
    }
  }

  /** One worker takes jobs, one by default, and no more. */
  async take(jobs = 1): Promise<void> {
    const { runner } = this.worker();
    for (let n = 0; n < jobs; n++) {
      await this.queue.takeOne((task, current) => this.runOrCrash(runner, task, current), this.signal);
    }
  }

  async scan(): Promise<void> {
    await this.worker().scan.scan();
  }

  /** The trail, which stores a repeated event once. */
  events(): string[] {
    const byId = new Map(this.recorder.events.map((event) => [event.eventId, event]));
    return [...byId.values()].map(({ eventName, requestParameters, errorCode }) =>
      [eventName, requestParameters['step'], errorCode].filter(Boolean).join(' '),
    );
  }

  runOf(request: RotationRequest) {
    return [...this.history.runs.values()].find((run) => run.versionId === request.token && run.attempt === request.attempt);
  }

  /** A dead process tells its queue nothing, whatever its code would have made of the error. */
  private async runOrCrash(runner: StepRunner, task: Parameters<StepRunner['run']>[0], current: StepChance): Promise<void> {
    try {
      await runner.run(task, current);
    } catch (error) {
      throw this.alive ? error : new Crash();
    }
    if (!this.alive) throw new Crash();
  }

  private async unlessCrashed(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  }

  private guarded<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...parameters: unknown[]) => {
          if (!this.alive) throw new Crash();
          const { call, when } = this.crashAt ?? {};
          const isHere = this.calls++ === call;
          if (isHere && when === 'before') this.crash();
          const result: unknown = await Reflect.apply(value, target, parameters);
          if (isHere) this.crash();
          return result;
        };
      },
    });
  }

  private crash(): never {
    this.alive = false;
    throw new Crash();
  }
}
