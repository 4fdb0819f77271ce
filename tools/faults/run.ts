import { setTimeout as sleep } from 'node:timers/promises';
import { pollUntil } from '@strongroom/clock';
import type { LocalCluster } from '@strongroom/local-cluster';
import { Dice } from '../fuzz/requests/dice';
import { Checker, type Losses } from './checker';
import { type Fault, faults } from './faults';
import { type Failure, SteadyLoad } from './load';

/** Within which calls are answered again: after a fault, or after the end of one that stops all. Milliseconds. */
export const RECOVERY_MS = 10_000;
/** How long a fault lasts after calls are answered again. Milliseconds. */
const HOLD_MS = 500;
/** How long calls may take to be answered again before the run goes on all the same. Milliseconds. */
const PATIENCE_MS = 30_000;
/** How long a fault lasts that stops all. Milliseconds. */
const OUTAGE_MS = 2_000;

/** What one fault did. */
export interface Outcome {
  fault: string;
  /** From its beginning to the end of all checks. Milliseconds. */
  lastedMs: number;
  /** The longest time in which calls of some kind were not answered, though they should have been. Milliseconds. */
  recoveryMs: number;
  /** Calls that failed although they may be repeated. */
  failures: Failure[];
  /** What was acknowledged and is not so. */
  losses: Losses;
  /** What did not hold. Empty: all. */
  findings: string[];
}

export interface RunOptions {
  /** Highly available; nobody else uses it. */
  cluster: LocalCluster;
  /** What is done, in this order. */
  faults: Iterable<Fault>;
  say?: (line: string) => void;
}

/** `count` faults, chosen by a seed. */
export function* drawFaults(seed: string, count: number): Generator<Fault> {
  const dice = new Dice(seed);
  for (let i = 0; i < count; i++) yield dice.pick(faults)(dice);
}

/** Does one fault after the other to a cluster under a steady load, and checks after each what was acknowledged. */
export async function run({ cluster, faults: all, say = () => undefined }: RunOptions): Promise<Outcome[]> {
  const load = await SteadyLoad.start(cluster);
  const checker = new Checker(cluster);
  const outcomes: Outcome[] = [];
  try {
    for (const fault of all) {
      const outcome = await perform(fault, cluster, load, checker);
      outcomes.push(outcome);
      const { recoveryMs, lastedMs, findings } = outcome;
      const line = `${fault.name}: ${seconds(recoveryMs)} without answers, ${seconds(lastedMs)} in all`;
      say([`${String(outcomes.length).padStart(4)} ${line}`, ...findings].join('\n     '));
    }
    return outcomes;
  } finally {
    await load.stop();
    checker.close();
  }
}

async function perform(fault: Fault, cluster: LocalCluster, load: SteadyLoad, checker: Checker): Promise<Outcome> {
  const [startedAt, failuresBefore] = [Date.now(), load.failures.length];
  await fault.begin(cluster);
  if (fault.during === 'refusals') await sleep(OUTAGE_MS);
  else await answeredAgain(load);
  await fault.end(cluster);
  const whole = Date.now();
  const isAnswered = await answeredAgain(load);
  const silence = load.longestSilence(fault.during === 'refusals' ? whole : startedAt);
  await load.rest();
  const losses = await checker.check(load.take());
  const failures = load.failures.slice(failuresBefore);
  await load.goOn();
  const findings = [
    ...losses,
    ...(isAnswered ? [] : ['calls are not answered again']),
    ...(silence.milliseconds > RECOVERY_MS ? [`${silence.kind}: nothing was answered for ${seconds(silence.milliseconds)}`] : []),
    ...failures.filter((failure) => !isExcused(failure, fault)).map(({ kind, error }) => `${kind}: ${error}`),
  ];
  return {
    fault: fault.name,
    lastedMs: Date.now() - startedAt,
    recoveryMs: silence.milliseconds,
    failures,
    losses,
    findings: [...new Set(findings)],
  };
}

/** Waits until each kind of call was answered that began from now on, and a moment more. Resolves with whether they were. */
async function answeredAgain(load: SteadyLoad): Promise<boolean> {
  const now = Date.now();
  const isAnswered = (await pollUntil(() => load.flowsSince(now), PATIENCE_MS)) === true;
  await sleep(HOLD_MS);
  return isAnswered;
}

/** Where nothing stands in for what is away, a call may fail in spite of its repetitions, and says that it may be repeated. */
const isExcused = ({ error }: Failure, { during }: Fault): boolean =>
  during !== 'nothing' && /^(unavailable|deadline-exceeded|resource-exhausted) /.test(error);

/** The times to recover in order: median, 99th percentile, most. Milliseconds. */
export function recoveryTimes(outcomes: readonly Outcome[]): { median: number; p99: number; most: number } {
  const times = outcomes.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)] ?? 0;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
