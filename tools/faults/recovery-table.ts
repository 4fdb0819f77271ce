import { fractionOf } from '../bench/load';
import { table } from '../bench/report';
import { faults } from './faults';
import type { Outcome } from './run';

/** Median, 99th percentile and most of outcomes in any order; NaN if there is none. */
export function recoveryTimes(outcomes: readonly Pick<Outcome, 'recoveryMs'>[]): { median: number; p99: number; most: number } {
  const times = outcomes.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
  return { median: fractionOf(times, 0.5), p99: fractionOf(times, 0.99), most: fractionOf(times, 1) };
}

/** A row for each kind of fault that there was, and one for all: what was lost, and how long calls were not answered. */
export function recoveryTable(outcomes: readonly Outcome[]): string {
  const kinds = faults.map(({ kind }) => kind).filter((kind) => outcomes.some((one) => one.kind === kind));
  return table([
    ['fault', 'count', 'lost', 'unrecorded', 'failed calls', 'without answers: median s', 'p99 s', 'most s'],
    ...kinds.map((kind) =>
      row(
        kind,
        outcomes.filter((one) => one.kind === kind),
      ),
    ),
    row('all', outcomes),
  ]);
}

const row = (name: string, outcomes: readonly Outcome[]): string[] => {
  const sum = (of: (outcome: Outcome) => number) => String(outcomes.reduce((total, outcome) => total + of(outcome), 0));
  const { median, p99, most } = recoveryTimes(outcomes);
  return [
    name,
    String(outcomes.length),
    sum(({ losses }) => losses.lost.length),
    sum(({ losses }) => losses.unrecorded.length),
    sum(({ failures }) => failures.length),
    ...[median, p99, most].map((milliseconds) => (milliseconds / 1000).toFixed(1)),
  ];
};
