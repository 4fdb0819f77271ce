import {
  type Alarm,
  AlarmComparison,
  AlarmHistoryType,
  AlarmMissingData,
  AlarmState,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';

/** How people write what the contract numbers. */
export const comparisons = {
  'at-least': AlarmComparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  'more-than': AlarmComparison.GREATER_THAN_THRESHOLD,
  'fewer-than': AlarmComparison.LESS_THAN_THRESHOLD,
  'at-most': AlarmComparison.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} as const;

export const missing = {
  missing: AlarmMissingData.MISSING,
  'not-breaching': AlarmMissingData.NOT_BREACHING,
  breaching: AlarmMissingData.BREACHING,
  ignore: AlarmMissingData.IGNORE,
} as const;

export const states = {
  ok: AlarmState.OK,
  alarm: AlarmState.ALARM,
  'insufficient-data': AlarmState.INSUFFICIENT_DATA,
} as const;

const wordOf = (words: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(words).find((word) => words[word] === value) ?? String(value);

export const stateWord = (state: AlarmState): string => wordOf(states, state);

export const historyWord = (type: AlarmHistoryType): string =>
  wordOf(
    { change: AlarmHistoryType.CONFIGURATION_UPDATE, state: AlarmHistoryType.STATE_UPDATE, told: AlarmHistoryType.ACTION },
    type,
  );

/** `more-than 100 in 300 s`, and of how many periods. */
export const condition = (alarm: Alarm): string => {
  const { comparisonOperator, threshold, period, evaluationPeriods, datapointsToAlarm } = alarm;
  const several = evaluationPeriods > 1 ? `, in ${datapointsToAlarm} of ${evaluationPeriods} periods` : '';
  return `${wordOf(comparisons, comparisonOperator)} ${threshold} in ${period} s${several}`;
};
