import type { EventIds } from '@strongroom/audit-trail';
import { type Clock, unlessAborted } from '@strongroom/clock';
import { deadlineExceeded } from '@strongroom/errors';
import type { FairGate, Leave } from '@strongroom/fairness';
import type { Logger } from '@strongroom/telemetry';
import { diagnose } from './diagnosis';
import type { RotationFunction, RotationFunctions, RotationStep, StepCall } from './rotation-function.port';
import type { RotationMetrics } from './rotation-metrics.port';
import type { RotationRequest, RotationRequests } from './rotation-request.port';
import { beginRun, isRotationStep, type RotationRun, runIdOf, stepAfter, stepNumber, type StepTry } from './rotation-run';
import type { RotationTrail } from './rotation-trail';
import type { RunEndings } from './run-endings';
import type { RunHistory } from './run-history.port';
import { failureOf, StepFailed, type StepFailure, StepPostponed } from './step-failure';
import type { StepQueue, StepTask } from './step-queue.port';
import type { SlotClaim, StepSlots } from './step-slots';

/** The time that a step stays away if its server is busy, plus a random part of the same size; milliseconds. */
const BUSY_DELAY_MS = 300;
/** The time after the end of a try during which nobody needs to look for the next job; milliseconds. */
const HANDOVER_MS = 5_000;
/** The time that a try may take in addition to its function; milliseconds. */
const OVERHEAD_MS = 10_000;
/** The number of refused runs whose claims are remembered; more are all forgotten. */
const MAX_REFUSED = 10_000;

export interface StepRunnerSurroundings {
  requests: RotationRequests;
  history: RunHistory;
  functions: RotationFunctions;
  queue: StepQueue;
  trail: RotationTrail;
  endings: RunEndings;
  slots: StepSlots;
  /**
   * Where steps wait for their turn, by server. The limit is for this process; all workers together may have a multiple of it. A
   * step that does not get its turn soon makes way, so that a slow server cannot keep the worker from serving the others.
   */
  targets: FairGate;
  /** The time that a step waits for its turn; milliseconds. */
  patienceMs: number;
  tryIds: Pick<EventIds, 'next'>;
  clock: Clock;
  metrics: RotationMetrics;
  logger: Logger;
}

/** The queue's knowledge about this try. */
export interface StepChance {
  /** No more tries follow if this one fails. */
  isLast: boolean;
  /** Aborts when the worker must stop. */
  signal: AbortSignal;
}

/** A chance, and the slot that the step has already. */
interface Chance extends StepChance {
  slot?: Leave;
}

/** A step under way. */
interface Progress {
  run: RotationRun;
  /** Whether the trail has the beginning of the run. */
  isTold: boolean;
  request: RotationRequest;
  stepTry: StepTry;
  current: Chance;
}

/**
 * Does one step of a rotation and queues the next one. Everything here can be repeated. The ids of run and events follow from the
 * request, a write never takes anything back, and the state of the request and the run's next step show what another worker has
 * finished meanwhile. So a crash at any line costs one repetition and nothing else.
 */
export class StepRunner {
  /** By run, what a step that got no slot claims: it is not worth a question to anybody before it gets one. */
  private readonly refused = new Map<string, SlotClaim>();

  constructor(private readonly d: StepRunnerSurroundings) {}

  /** Rejects with StepFailed if the step must be tried again, or with StepPostponed. */
  async run({ secretArn, token, attempt, step }: Omit<StepTask, 'step'> & { step: string }, current: StepChance): Promise<void> {
    if (!isRotationStep(step)) throw new StepFailed('UnknownStep');
    const key = { secretArn, token };
    const runId = runIdOf({ ...key, attempt });
    const claim = this.refused.get(runId);
    const slot = claim && this.claim(runId, claim, true);
    try {
      const [known, request] = await Promise.all([this.d.history.find(runId), this.d.requests.find(key, current.signal)]);
      if (known && known.state !== 'running') return;
      if (request?.state !== 'open' || request.attempt !== attempt) {
        if (known) await this.d.endings.conclude(known, request);
        return;
      }
      // The step is done already, so only the next one must be queued.
      if (known && stepNumber(step) < stepNumber(known.nextStep)) return await this.ask(request, known.nextStep);
      await this.attempt(known, request, step, { ...current, slot });
    } catch (error) {
      if (error instanceof StepPostponed || error instanceof StepFailed) throw error;
      if (current.signal.aborted) throw new StepPostponed(0);
      const failure = failureOf(error);
      this.d.logger.warn('a step of a rotation could not be run', {
        secretArn,
        versionId: token,
        step,
        reason: failure.code,
      });
      throw new StepFailed(failure.code);
    } finally {
      slot?.();
    }
  }

  /** @throws StepPostponed if there is no slot */
  private claim(runId: string, claim: SlotClaim, again = false): Leave {
    const slot = this.d.slots.enter(claim, again);
    this.refused.delete(runId);
    if (typeof slot !== 'number') return slot;
    if (this.refused.size >= MAX_REFUSED) this.refused.clear();
    this.refused.set(runId, claim);
    throw new StepPostponed(slot);
  }

  private async attempt(
    known: RotationRun | undefined,
    request: RotationRequest,
    step: RotationStep,
    current: Chance,
  ): Promise<void> {
    const stepTry: StepTry = {
      tryId: this.d.tryIds.next(),
      step,
      startedAt: this.d.clock.now(),
      errorCode: '',
      errorMessage: '',
    };
    const run = known ?? beginRun(request, this.d.clock.now(), this.inMilliseconds(OVERHEAD_MS));
    const progress: Progress = { run, isTold: known !== undefined, request, stepTry, current };
    try {
      await this.invoke(progress);
    } catch (error) {
      if (error instanceof StepPostponed) throw error;
      await this.tell(progress);
      return this.failed(progress, error);
    }
    await this.succeeded(progress);
  }

  /** The trail has the beginning of a run before anything else of it. A step that gets no slot begins nothing. */
  private async tell(progress: Progress): Promise<void> {
    if (progress.isTold) return;
    await this.d.trail.started(progress.run);
    progress.isTold = true;
  }

  private async invoke(progress: Progress): Promise<void> {
    const { run, request, isTold: hasBegun, current } = progress;
    const { accountId, functionArn } = request;
    const fn = await this.d.functions.find(functionArn);
    const claim = { accountId, functionArn, isCustom: fn.isCustom === true, hasBegun };
    const leave = current.slot ?? this.claim(run.runId, claim);
    try {
      await this.invokeInSlot(fn, progress);
    } finally {
      leave();
    }
  }

  private async invokeInSlot(fn: RotationFunction, progress: Progress): Promise<void> {
    await this.tell(progress);
    const { run, request, stepTry, current } = progress;
    const { secretArn, token, rotationToken } = request;
    const { step } = stepTry;
    const deadline = AbortSignal.timeout(fn.timeoutMs);
    const call: StepCall = { secretArn, token, rotationToken, signal: AbortSignal.any([deadline, current.signal]) };
    const leave = await this.enter(fn, step, call);
    try {
      const busyUntil = this.inMilliseconds(fn.timeoutMs + OVERHEAD_MS);
      await this.d.history.write({ run: { ...run, nextStep: step, busyUntil }, stepTry });
      await unlessAborted(fn.invoke(step, call), call.signal, () => new Error('aborted'));
      if (request.kind === 'test') await this.d.requests.finish({ secretArn, token }, call.signal);
    } catch (error) {
      if (current.signal.aborted) throw stopped();
      throw deadline.aborted ? timedOut(step, fn.timeoutMs) : error;
    } finally {
      leave?.();
    }
  }

  /** Undefined if a step works on no server. */
  private async enter(fn: RotationFunction, step: RotationStep, call: StepCall): Promise<Leave | undefined> {
    const target = await fn.targetOf?.(step, call);
    if (target === undefined) return undefined;
    const leave = await this.d.targets.enterWithin(target, this.d.patienceMs);
    if (leave === undefined) throw new StepPostponed(BUSY_DELAY_MS * (1 + Math.random()));
    return leave;
  }

  private async succeeded({ run, request, stepTry: begun }: Progress): Promise<void> {
    const stepTry = this.end(begun);
    await this.d.trail.step(run, stepTry);
    const next = stepAfter(request.kind, stepTry.step);
    if (next === undefined) return this.d.endings.end({ ...run, nextStep: stepTry.step }, 'succeeded', { stepTry });
    await this.d.history.write({ run: { ...run, nextStep: next, busyUntil: this.inMilliseconds(HANDOVER_MS) }, stepTry });
    await this.ask(request, next);
  }

  private async failed({ run, request, stepTry: begun, current }: Progress, error: unknown): Promise<void> {
    const failure = failureOf(error);
    const { code, message } = failure;
    const stepTry = this.end(begun, failure);
    const running = { ...run, nextStep: stepTry.step, busyUntil: this.inMilliseconds(HANDOVER_MS) };
    await this.d.trail.step(run, stepTry);
    if (current.signal.aborted) {
      await this.d.history.write({ run: running, stepTry });
      throw new StepPostponed(0);
    }
    if (!failure.isPermanent && !current.isLast) {
      await this.d.history.write({ run: running, stepTry });
      throw new StepFailed(code);
    }
    // The step may have failed because somebody has ended the rotation meanwhile.
    const now = await this.d.requests.find(request);
    if (now?.state !== 'open' || now.attempt !== request.attempt) {
      await this.d.history.write({ run: running, stepTry });
      return this.d.endings.conclude(running, now);
    }
    const diagnosis = diagnose(request.kind, stepTry.step, failure);
    await this.d.endings.end(running, 'failed', { stepTry, diagnosis, errorCode: code, errorMessage: message }, () =>
      this.d.requests.fail(request, request.attempt),
    );
  }

  private end(begun: StepTry, failure?: StepFailure): StepTry {
    const durationMs = Math.max(0, this.d.clock.millis() - begun.startedAt.getTime());
    this.d.metrics.stepEnded(begun.step, failure?.code ?? '', durationMs);
    return { ...begun, durationMs, errorCode: failure?.code ?? '', errorMessage: failure?.message ?? '' };
  }

  private ask({ secretArn, token, attempt }: RotationRequest, step: RotationStep): Promise<void> {
    return this.d.queue.add({ secretArn, token, attempt, step });
  }

  private inMilliseconds(milliseconds: number): Date {
    return new Date(this.d.clock.millis() + milliseconds);
  }
}

const timedOut = (step: RotationStep, timeoutMs: number) =>
  deadlineExceeded(`${step} did not end within the function's timeout of ${timeoutMs} ms.`);

const stopped = () => deadlineExceeded('The worker was stopped; another one continues.');
