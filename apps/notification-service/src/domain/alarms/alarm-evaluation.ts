import { type AlarmSettings, type AlarmState, COMPARISONS } from './alarm';

/** The counts of the periods, newest first; 0: no event. */
export type Counts = readonly number[];

export interface Verdict {
  state: AlarmState;
  /** A sentence for people. */
  reason: string;
}

type Settings = Pick<
  AlarmSettings,
  'threshold' | 'comparison' | 'periodSeconds' | 'evaluationPeriods' | 'datapointsToAlarm' | 'missingData'
>;

/**
 * The state that these counts give; undefined: the alarm keeps its own.
 *
 * @param groups by value of the field that groups; without one, '' alone
 * @param known of the periods, newest first: in those before, events may have been missed, so their counts may be too low
 */
export function evaluate(settings: Settings, groups: ReadonlyMap<string, Counts>, known: number): Verdict | undefined {
  const all: (readonly [string, Counts])[] = groups.size > 0 ? [...groups] : [['', []]];
  const judged = all.map(([group, counts]) => ({ group, counts, judgement: judge(settings, counts, known) }));
  const worst = judged.find(({ judgement }) => judgement === 'ALARM');
  if (worst) return { state: 'ALARM', reason: alarmReason(settings, worst.group, worst.counts) };
  if (judged.some(({ judgement }) => judgement === 'keep')) return undefined;
  if (judged.some(({ judgement }) => judgement === 'INSUFFICIENT_DATA')) {
    return { state: 'INSUFFICIENT_DATA', reason: `Not enough is known of ${periods(settings)}.` };
  }
  return { state: 'OK', reason: `The threshold was not crossed: ${countsOf(settings, judged[0]!.counts)}.` };
}

function judge(settings: Settings, counts: Counts, known: number): AlarmState | 'keep' {
  const { evaluationPeriods, datapointsToAlarm, missingData } = settings;
  const tally = { breaching: 0, fine: 0, missing: 0, unknown: 0 };
  for (let period = 0; period < evaluationPeriods; period++) tally[meaningOf(settings, counts[period] ?? 0, period < known)]++;
  if (tally.breaching >= datapointsToAlarm) return 'ALARM';
  // What is not known could be what is lacking.
  if (tally.breaching + tally.unknown >= datapointsToAlarm) return 'INSUFFICIENT_DATA';
  if (missingData === 'ignore' && tally.breaching + tally.missing >= datapointsToAlarm) return 'keep';
  if (tally.breaching + tally.fine === 0) return missingData === 'ignore' ? 'keep' : 'INSUFFICIENT_DATA';
  return 'OK';
}

type Meaning = 'breaching' | 'fine' | 'missing' | 'unknown';

function meaningOf({ threshold, comparison, missingData }: Settings, count: number, isKnown: boolean): Meaning {
  const isBreaching = COMPARISONS[comparison](count, threshold);
  if (!isKnown) {
    // Further events would not change that; other counts may be too low.
    return count > 0 && isBreaching && comparison.startsWith('Greater') ? 'breaching' : 'unknown';
  }
  if (count > 0) return isBreaching ? 'breaching' : 'fine';
  return ({ missing: 'missing', ignore: 'missing', notBreaching: 'fine', breaching: 'breaching' } as const)[missingData];
}

const WORDS = {
  GreaterThanOrEqualToThreshold: 'at least',
  GreaterThanThreshold: 'more than',
  LessThanThreshold: 'fewer than',
  LessThanOrEqualToThreshold: 'at most',
} as const;

function alarmReason(settings: Settings, group: string, counts: Counts): string {
  const { comparison, threshold } = settings;
  const whose = group === '' ? '' : `, for ${group}`;
  return `There were ${WORDS[comparison]} ${threshold} events in a period${whose}: ${countsOf(settings, counts)}.`;
}

const countsOf = (settings: Settings, counts: Counts): string =>
  `${Array.from({ length: settings.evaluationPeriods }, (_, period) => counts[period] ?? 0).join(', ')} in ${periods(settings)}`;

/** `the last 3 periods of 5 minutes`. */
const periods = ({ evaluationPeriods, periodSeconds }: Settings): string =>
  `the last ${evaluationPeriods === 1 ? 'period' : `${evaluationPeriods} periods`} of ${duration(periodSeconds)}`;

function duration(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
