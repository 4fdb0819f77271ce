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
  kind: string;
  fault: string;
  /** From its beginning to the end of all checks. Milliseconds. */
  lastedMs: number;
  /** The longest time in which calls of some kind were not answered, though they should have been. Milliseconds. */
  recoveryMs: number;
  /** Which calls those were. */
  slowest: string;
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
  faults: readonly Fault[];
  say?: (line: string) => void;
}

/** `count` faults, chosen by a seed among the kinds whose name contains `only`. */
export function* drawFaults(seed: string, count: number, only = ''): Generator<Fault> {
  const dice = new Dice(seed);
  const chosen = faults.filter(({ kind }) => kind.includes(only));
  for (let i = 0; i < count; i++) yield dice.pick(chosen).draw(dice);
}

/**
 * Does one fault after the other to a cluster under a steady load. Checks after each what was acknowledged since the one before,
 * and after the last what was acknowledged at all.
 */
export async function run({ cluster, faults: all, say = () => undefined }: RunOptions): Promise<Outcome[]> {
  const load = await SteadyLoad.start(cluster);
  const checker = new Checker(cluster);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, fault] of all.entries()) {
      const checked = index === all.length - 1 ? 'the beginning' : 'the last time';
      const outcome = await perform(fault, { cluster, load, checker, checked });
      outcomes.push(outcome);
      const { recoveryMs, slowest, lastedMs, findings } = outcome;
      const line = `${fault.name}: ${seconds(recoveryMs)} without answers (${slowest}), ${seconds(lastedMs)} in all`;
      say([`${String(outcomes.length).padStart(4)} ${line}`, ...findings].join('\n     '));
    }
    return outcomes;
  } finally {
    await load.stop();
    checker.close();
  }
}

interface Surroundings {
  cluster: LocalCluster;
  load: SteadyLoad;
  checker: Checker;
  /** Since when. */
  checked: Parameters<SteadyLoad['take']>[0];
}

async function perform(fault: Fault, { cluster, load, checker, checked }: Surroundings): Promise<Outcome> {
  const [startedAt, failuresBefore] = [Date.now(), load.failures.length];
  await fault.begin(cluster);
  if (fault.during === 'refusals') await sleep(OUTAGE_MS);
  else await answeredAgain(load);
  await fault.end(cluster);
  const whole = Date.now();
  // The next fault must not strike while this one lasts.
  await cluster.settled();
  const isAnswered = await answeredAgain(load);
  const silence = load.longestSilence(fault.during === 'refusals' ? whole : startedAt);
  await load.rest();
  const losses = await checker.check(load.take(checked));
  const failures = load.failures.slice(failuresBefore);
  await load.goOn();
  const findings = [
    ...[losses.lost, losses.unrecorded, losses.trail].flat(),
    ...(isAnswered ? [] : ['calls are not answered again']),
    ...(silence.milliseconds > RECOVERY_MS ? [`${silence.kind}: nothing was answered for ${seconds(silence.milliseconds)}`] : []),
    ...failures.filter((failure) => !isExcused(failure, fault)).map(({ kind, error }) => `${kind}: ${error}`),
  ];
  return {
    kind: fault.kind,
    fault: fault.name,
    lastedMs: Date.now() - startedAt,
    recoveryMs: silence.milliseconds,
    slowest: silence.kind,
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

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
