import { DAY, HOUR } from '@strongroom/clock';
import type { Granularity, GroupBy, UsageCounters, UsageRow } from '@strongroom/contracts/strongroom/usage/v1/usage';

/** What a plot can show of each period. */
export type Measure = keyof UsageCounters;
/** By what calls are told apart; `none` adds them all up. */
export type Grouping = 'none' | 'principal' | 'secret' | 'operation' | 'tag';
export type Period = 'hour' | 'day' | 'month';

export const GROUP_BY: Readonly<Record<Exclude<Grouping, 'none'>, GroupBy>> = {
  principal: 2,
  secret: 3,
  operation: 4,
  tag: 5,
};
export const GRANULARITY: Readonly<Record<Period, Granularity>> = { hour: 1, day: 2, month: 3 };

/** A line, an area or a row of bars of a plot. */
export interface Series {
  /** The group; '' if the calls have none. Those that are too many for a plot are together under `OTHERS`. */
  readonly group: string;
  /** One for each period. */
  readonly values: readonly number[];
  readonly total: number;
}

export interface Plot {
  /** When each period begins. */
  readonly starts: readonly Date[];
  /** Greatest total first, the others last. */
  readonly series: readonly Series[];
  readonly total: number;
}

export const OTHERS = '\u0000others';
/** As many colours as can be told apart. */
const MAX_SERIES = 7;

/**
 * Counters as series over time. A period in which nobody called has no row, and is 0 in the plot.
 *
 * @param from the beginning of the first period
 * @param to exclusive
 */
export function plotOf(
  rows: readonly UsageRow[],
  { measure, grouping, period, from, to }: { measure: Measure; grouping: Grouping; period: Period; from: Date; to: Date },
): Plot {
  const starts = periodsBetween(period, from, to);
  const placeOf = new Map(starts.map((start, place) => [start.getTime(), place]));
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const place = placeOf.get(row.startTime?.getTime() ?? NaN);
    if (place === undefined) continue;
    const group = grouping === 'none' ? '' : row[grouping];
    const values = groups.get(group) ?? starts.map(() => 0);
    values[place]! += Number(row.counters?.[measure] ?? 0n);
    groups.set(group, values);
  }
  const all = [...groups].map(([group, values]) => ({ group, values, total: sumOf(values) }));
  const series = largest(
    all.filter(({ total }) => total > 0),
    starts.length,
  );
  return { starts, series, total: sumOf(series.map(({ total }) => total)) };
}

/** A group with what it has of a measure in the whole time. */
export interface Rank {
  readonly group: string;
  readonly total: number;
  readonly failed: number;
}

/** All groups that have something of the measure, greatest first. */
export function ranksOf(
  rows: readonly UsageRow[],
  { measure, grouping }: { measure: Measure; grouping: Exclude<Grouping, 'none'> },
): { ranks: Rank[]; total: number } {
  const groups = new Map<string, { total: number; failed: number }>();
  for (const row of rows) {
    const sums = groups.get(row[grouping]) ?? { total: 0, failed: 0 };
    sums.total += Number(row.counters?.[measure] ?? 0n);
    sums.failed += Number(row.counters?.failedCalls ?? 0n);
    groups.set(row[grouping], sums);
  }
  const ranks = [...groups].map(([group, sums]) => ({ group, ...sums })).filter(({ total }) => total > 0);
  return { ranks: ranks.sort(greatestFirst), total: sumOf(ranks.map(({ total }) => total)) };
}

/** The beginning of the period in which a moment is, UTC. */
export function startOf(period: Period, moment: Date): Date {
  if (period === 'month') return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), 1));
  const length = period === 'day' ? DAY : HOUR;
  return new Date(Math.floor(moment.getTime() / length) * length);
}

function periodsBetween(period: Period, from: Date, to: Date): Date[] {
  const starts: Date[] = [];
  for (let start = startOf(period, from); start < to; start = following(period, start)) starts.push(start);
  return starts;
}

function following(period: Period, start: Date): Date {
  if (period === 'month') return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
  return new Date(start.getTime() + (period === 'day' ? DAY : HOUR));
}

function largest(series: Series[], periods: number): Series[] {
  const sorted = [...series].sort(greatestFirst);
  if (sorted.length <= MAX_SERIES + 1) return sorted;
  const rest = sorted.slice(MAX_SERIES);
  const values = Array.from({ length: periods }, (_, place) => sumOf(rest.map((one) => one.values[place] ?? 0)));
  return [...sorted.slice(0, MAX_SERIES), { group: OTHERS, values, total: sumOf(values) }];
}

const greatestFirst = (one: { group: string; total: number }, other: { group: string; total: number }): number =>
  other.total - one.total || (one.group < other.group ? -1 : 1);

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Of the plot, and of what waits for it. Pixels. */
export const PLOT_HEIGHT = 320;
