import { comparisonWordOf, conditionOf, missingDataWordOf, spanOf, stateWordOf } from './alarm-words';

it.each([
  [60, '1 minute'],
  [300, '5 minutes'],
  [5_400, '90 minutes'],
  [7_200, '2 hours'],
  [86_400, '1 day'],
  [3_456_000, '40 days'],
])('writes %s seconds as %s', (seconds, words) => {
  expect(spanOf(seconds)).toBe(words);
});

it('says when an alarm goes off', () => {
  const alarm = { comparisonOperator: 2, threshold: 100, period: 300, evaluationPeriods: 1, datapointsToAlarm: 1, groupBy: '' };
  expect(conditionOf(alarm)).toBe('more than 100 events in 5 minutes');
  expect(
    conditionOf({
      ...alarm,
      comparisonOperator: 1,
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      groupBy: 'detail.x',
    }),
  ).toBe('at least 1 event in 5 minutes, in 2 of 3 periods, for any one detail.x');
});

it('has words for what the contract numbers', () => {
  expect([1, 2, 3].map(stateWordOf)).toEqual(['ok', 'alarm', 'insufficient-data']);
  expect([1, 2, 3, 4].map(comparisonWordOf)).toEqual(['at-least', 'more-than', 'fewer-than', 'at-most']);
  expect([1, 2, 3, 4].map(missingDataWordOf)).toEqual(['missing', 'not-breaching', 'breaching', 'ignore']);
  expect(stateWordOf(0)).toBe('insufficient-data');
});
