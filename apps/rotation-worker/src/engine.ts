import { type AuditRecorder, EventIds } from '@strongroom/audit-trail';
import { targetHttp, type TargetNetwork } from '@strongroom/egress';
import { FairGate } from '@strongroom/fairness';
import { createJobQueue, rotationStepJob, startJobWorker } from '@strongroom/jobs';
import type { BuiltInFunction } from '@strongroom/rotation-functions';
import type { Shell, ShellConfig } from '@strongroom/service';
import { GrpcFunctionClients } from './clients/grpc-function.client';
import { lambdaInvoker } from './clients/lambda-function.client';
import type { RotationWorkerConfig } from './config';
import { FunctionDirectory } from './domain/function-directory';
import type { FunctionStore } from './domain/function-store.port';
import { HistoryRetention } from './domain/history-retention';
import type { RotationRequests } from './domain/rotation-request.port';
import { RotationScan } from './domain/rotation-scan';
import { RotationTrail } from './domain/rotation-trail';
import type { RotationValues } from './domain/rotation-values.port';
import { RunEndings } from './domain/run-endings';
import type { RunHistory } from './domain/run-history.port';
import type { StepQueue } from './domain/step-queue.port';
import { StepRunner } from './domain/step-runner';
import { StepSlots } from './domain/step-slots';
import { rotationMetrics } from './rotation-metrics';
import { ScanTimer } from './workers/scan.timer';
import { stepProcessor } from './workers/step.processor';

/** The time that a step waits for its turn at a busy server before it makes way for others; milliseconds. */
const TARGET_PATIENCE_MS = 1_000;
/** The number of steps that are looked at in addition to those that hold a slot. */
const TURNING_AWAY = 8;
/** The part of the time to stop that is reserved for putting steps back into the queue; milliseconds. */
const HAND_BACK_MS = 2_000;

export type EngineConfig = ShellConfig & Pick<RotationWorkerConfig, 'redis' | 'steps'>;

/** The parts that the engine works with. */
export interface EngineParts {
  recorder: AuditRecorder;
  requests: RotationRequests;
  values: RotationValues;
  history: RunHistory;
  store: FunctionStore;
  builtIns: readonly BuiltInFunction[];
  /** The way to functions that people have registered. */
  network: TargetNetwork;
  /** The prefix of the queue's keys in Redis. Default: the one of libs/jobs. */
  queuePrefix?: string;
}

export interface Engine {
  functions: FunctionDirectory;
  queue: StepQueue;
}

/**
 * Starts what works on rotations: the worker of the queue, and the scan. When it stops, steps under way have the grace period to
 * end; otherwise another worker does them.
 */
export function startEngine(shell: Shell<EngineConfig>, parts: EngineParts): Engine {
  const { config, clock, random, logger, metrics } = shell;
  const { recorder, requests, values, history, store, builtIns, network, queuePrefix } = parts;
  const { region, accountId, steps } = config;
  const jobs = { redis: config.redis, prefix: queuePrefix, logger };
  const queue = shell.own('the queue of steps', createJobQueue(rotationStepJob, jobs));
  const grpcFunctions = shell.own('the clients of functions', new GrpcFunctionClients(shell.name, config.tls, network));
  const functions = new FunctionDirectory({
    builtIns,
    store,
    requests,
    values,
    random,
    region,
    timeoutMs: steps.builtInTimeoutMs,
    logger,
    invokerFor: ({ implementation, ...custom }) =>
      implementation.kind === 'grpc'
        ? grpcFunctions.invoker(implementation, custom)
        : lambdaInvoker(implementation, custom, targetHttp(network)),
  });
  const customSlots = Math.ceil(steps.concurrency / 2);
  const measured = rotationMetrics(metrics);
  const trail = new RotationTrail({ recorder, clock, region, accountId });
  const endings = new RunEndings({ history, trail, clock, metrics: measured, logger });
  const runner = new StepRunner({
    requests,
    history,
    functions,
    queue,
    trail,
    endings,
    slots: new StepSlots({ builtIn: steps.concurrency, custom: customSlots }, clock),
    targets: new FairGate({ slots: Infinity, slotsPerLane: steps.perTarget }),
    patienceMs: TARGET_PATIENCE_MS,
    tryIds: new EventIds(clock, random),
    clock,
    metrics: measured,
    logger,
  });
  const retention = new HistoryRetention({ history, clock, days: steps.historyDays });
  const scan = new ScanTimer(
    new RotationScan({ requests, history, queue, endings, retention, clock }),
    steps.scanIntervalMs,
    logger,
  );
  scan.start();
  shell.onDrain('the scan for rotations', () => scan.stop());
  const worker = startJobWorker(rotationStepJob, {
    ...jobs,
    process: stepProcessor(runner),
    // More than there are slots, so that the queue always has room for a step that is only refused.
    concurrency: steps.concurrency + customSlots + TURNING_AWAY,
    lockMs: steps.lockMs,
  });
  shell.onDrain('steps', (graceMs) => worker.close(Math.max(0, graceMs - HAND_BACK_MS)));
  return { functions, queue };
}
