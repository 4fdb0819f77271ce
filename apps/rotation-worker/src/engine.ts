import { EventIds } from '@strongroom/audit-trail';
import { createJobQueue, rotationStepJob, startJobWorker } from '@strongroom/jobs';
import { GrpcFunctionCaller } from './clients/grpc-function.client';
import { lambdaInvoker } from './clients/lambda-function.client';
import type { RotationWorkerConfig } from './config';
import { FunctionDirectory } from './domain/function-directory';
import type { FunctionStore } from './domain/function-store.port';
import { HistoryRetention } from './domain/history-retention';
import { RotationScan } from './domain/rotation-scan';
import { RotationTrail } from './domain/rotation-trail';
import { RunEndings } from './domain/run-endings';
import type { RunHistory } from './domain/run-history.port';
import type { StepQueue } from './domain/step-queue.port';
import { StepRunner } from './domain/step-runner';
import { StepSlots } from './domain/step-slots';
import { TargetLimits } from './domain/target-limits';
import { targetHttp } from '@strongroom/egress';
import { rotationMetrics } from './rotation-metrics';
import type { Surroundings } from './server';
import { ScanTimer } from './workers/scan.timer';
import { stepProcessor } from './workers/step.processor';

const SERVICE = 'rotation-worker';
/** How long a step waits for its turn at a busy server before it makes way for others, milliseconds. */
const TARGET_PATIENCE_MS = 1_000;
/** Steps that are looked at beside those that hold a slot. */
const TURNING_AWAY = 8;
/** Left of the time to stop for telling the queue what goes back. Milliseconds. */
const HAND_BACK_MS = 2_000;

export interface Engine {
  functions: FunctionDirectory;
  queue: StepQueue;
  stop(graceMs: number): Promise<void>;
}

/** What works on rotations: the queue's worker and the scan. */
export const startEngine = (
  config: Pick<RotationWorkerConfig, 'accountId' | 'redis' | 'region' | 'steps' | 'tls'>,
  { history, store, ...surroundings }: Surroundings & { history: RunHistory; store: FunctionStore },
): Engine => {
  const { clock, random, logger, metrics, network, recorder, requests, values, builtIns } = surroundings;
  const { region, accountId, steps } = config;
  const jobs = { redis: config.redis, prefix: surroundings.queuePrefix, logger };
  const queue = createJobQueue(rotationStepJob, jobs);
  const grpcFunctions = new GrpcFunctionCaller(SERVICE, config.tls, network);
  const functions = new FunctionDirectory({
    builtIns,
    store,
    requests,
    values,
    random,
    region,
    timeoutMs: steps.builtInTimeoutMs,
    logger,
    invokerFor: ({ implementation, name, timeoutMs }) =>
      implementation.kind === 'grpc'
        ? grpcFunctions.invoker(implementation, { name, timeoutMs })
        : lambdaInvoker(implementation, { name, timeoutMs }, targetHttp(network)),
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
    slots: new StepSlots({ builtIn: steps.concurrency, custom: customSlots }),
    limits: new TargetLimits({ perTarget: steps.perTarget, patienceMs: TARGET_PATIENCE_MS }),
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
  const worker = startJobWorker(rotationStepJob, {
    ...jobs,
    process: stepProcessor(runner),
    // More than there are slots, so that the queue always has room for a step that is only turned away.
    concurrency: steps.concurrency + customSlots + TURNING_AWAY,
    lockMs: steps.lockMs,
  });
  return {
    functions,
    queue,
    async stop(graceMs) {
      await Promise.all([worker.close(Math.max(0, graceMs - HAND_BACK_MS)), scan.stop()]);
      grpcFunctions.close();
      await queue.close();
    },
  };
};
