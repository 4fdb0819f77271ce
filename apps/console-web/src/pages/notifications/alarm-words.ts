import type {
  Alarm,
  AlarmComparison,
  AlarmHistoryType,
  AlarmMissingData,
  AlarmState,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';

// The contract's numbers. Its generated module would bring gRPC into the page.

export const ALARM_STATES = { ok: 1, alarm: 2, 'insufficient-data': 3 } as const satisfies Record<string, AlarmState>;
export const COMPARISONS = {
  'at-least': 1,
  'more-than': 2,
  'fewer-than': 3,
  'at-most': 4,
} as const satisfies Record<string, AlarmComparison>;
export const MISSING_DATA = {
  missing: 1,
  'not-breaching': 2,
  breaching: 3,
  ignore: 4,
} as const satisfies Record<string, AlarmMissingData>;
export const HISTORY_TYPES = { change: 1, state: 2, told: 3 } as const satisfies Record<string, AlarmHistoryType>;

export type AlarmStateWord = keyof typeof ALARM_STATES;
export type ComparisonWord = keyof typeof COMPARISONS;
export type MissingDataWord = keyof typeof MISSING_DATA;

export const stateWordOf = (state: AlarmState): AlarmStateWord => wordOf(ALARM_STATES, state, 'insufficient-data');
export const comparisonWordOf = (comparison: AlarmComparison): ComparisonWord => wordOf(COMPARISONS, comparison, 'at-least');
export const missingDataWordOf = (missing: AlarmMissingData): MissingDataWord => wordOf(MISSING_DATA, missing, 'missing');

const COMPARED: Readonly<Record<ComparisonWord, string>> = {
  'at-least': 'at least',
  'more-than': 'more than',
  'fewer-than': 'fewer than',
  'at-most': 'at most',
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `5 minutes`, in the largest unit that is exact. */
export function spanOf(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? UNITS[3];
  const count = seconds / length;
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** When an alarm goes off, in a sentence. */
export function conditionOf({
  comparisonOperator,
  threshold,
  period,
  evaluationPeriods,
  datapointsToAlarm,
  groupBy,
}: Pick<Alarm, 'comparisonOperator' | 'threshold' | 'period' | 'evaluationPeriods' | 'datapointsToAlarm' | 'groupBy'>): string {
  const events = threshold === 1 ? 'event' : 'events';
  const several = evaluationPeriods > 1 ? `, in ${datapointsToAlarm} of ${evaluationPeriods} periods` : '';
  const group = groupBy === '' ? '' : `, for any one ${groupBy}`;
  return `${COMPARED[comparisonWordOf(comparisonOperator)]} ${threshold} ${events} in ${spanOf(period)}${several}${group}`;
}

function wordOf<Word extends string>(words: Readonly<Record<Word, number>>, value: number, otherwise: Word): Word {
  return (Object.keys(words) as Word[]).find((word) => words[word] === value) ?? otherwise;
}
