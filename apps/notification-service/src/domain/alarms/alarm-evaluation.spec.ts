import type { AlarmSettings } from './alarm';
import { type Counts, evaluate } from './alarm-evaluation';

type Settings = Parameters<typeof evaluate>[0];

const settings = (given: Partial<AlarmSettings>): Settings => ({
  threshold: 3,
  comparison: 'GreaterThanOrEqualToThreshold',
  periodSeconds: 300,
  evaluationPeriods: 1,
  datapointsToAlarm: given.evaluationPeriods ?? 1,
  missingData: 'missing',
  ...given,
});
const together = (...counts: number[]): ReadonlyMap<string, Counts> => new Map([['', counts]]);
const state = (given: Partial<AlarmSettings>, counts: ReadonlyMap<string, Counts>, known = 10) =>
  evaluate(settings(given), counts, known)?.state ?? 'as it was';

it.each<[AlarmSettings['comparison'], string[]]>([
  ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
  ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
  ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
])('%s compares 2, 3 and 4 with 3', (comparison, expected) => {
  expect([2, 3, 4].map((count) => state({ comparison }, together(count)))).toEqual(expected);
});

describe('a period without events', () => {
  const given = (missingData: AlarmSettings['missingData']) => ({ missingData });

  it('counts as the alarm says', () => {
    expect(state(given('missing'), together(0))).toBe('INSUFFICIENT_DATA');
    expect(state(given('notBreaching'), together(0))).toBe('OK');
    expect(state(given('breaching'), together(0))).toBe('ALARM');
    expect(state(given('ignore'), together(0))).toBe('as it was');
  });

  it('is one where nothing has ever been counted', () => {
    expect(state(given('missing'), new Map())).toBe('INSUFFICIENT_DATA');
    expect(state(given('notBreaching'), new Map())).toBe('OK');
  });

  it('is passed over beside others', () => {
    const three = { evaluationPeriods: 3, datapointsToAlarm: 2 };
    expect(state({ ...three, missingData: 'missing' }, together(5, 0, 1))).toBe('OK');
    expect(state({ ...three, missingData: 'missing' }, together(5, 0, 5))).toBe('ALARM');
    expect(state({ ...three, missingData: 'ignore' }, together(5, 0, 1))).toBe('as it was');
    expect(state({ ...three, missingData: 'ignore' }, together(1, 0, 1))).toBe('OK');
    expect(state({ ...three, missingData: 'breaching' }, together(5, 0, 1))).toBe('ALARM');
    expect(state({ ...three, missingData: 'notBreaching' }, together(5, 0, 1))).toBe('OK');
  });
});

it('needs as many periods that cross the threshold as the alarm says, in whatever order', () => {
  const given = { evaluationPeriods: 3, datapointsToAlarm: 2, missingData: 'notBreaching' } as const;
  expect(state(given, together(9, 1, 9))).toBe('ALARM');
  expect(state(given, together(1, 9, 9))).toBe('ALARM');
  expect(state(given, together(9, 1, 1))).toBe('OK');
  expect(state({ ...given, datapointsToAlarm: 3 }, together(9, 0, 9))).toBe('OK');
});

describe('what happened before events were counted', () => {
  const none = { missingData: 'breaching', comparison: 'LessThanThreshold', threshold: 1 } as const;

  it('may be what is lacking', () => {
    expect(state(none, together(0), 0)).toBe('INSUFFICIENT_DATA');
    expect(state(none, together(0), 1)).toBe('ALARM');
    expect(state({ ...none, evaluationPeriods: 2 }, together(0, 0), 1)).toBe('INSUFFICIENT_DATA');
    expect(state({ missingData: 'notBreaching' }, together(2), 0)).toBe('INSUFFICIENT_DATA');
  });

  it('changes nothing where enough has happened since', () => {
    expect(state({}, together(3), 0)).toBe('ALARM');
    expect(state({ evaluationPeriods: 2, datapointsToAlarm: 2 }, together(1, 0), 1)).toBe('OK');
  });
});

it('goes off when one group crosses the threshold, and names it', () => {
  const groups = new Map([
    ['ada', [2]],
    ['bob', [4]],
  ]);
  expect(evaluate(settings({ comparison: 'GreaterThanThreshold' }), groups, 1)).toEqual({
    state: 'ALARM',
    reason: 'There were more than 3 events in a period, for bob: 4 in the last period of 5 minutes.',
  });
  groups.set('bob', [3]);
  expect(state({ comparison: 'GreaterThanThreshold' }, groups)).toBe('OK');
});

it('says why, in periods as people name them', () => {
  const reason = (given: Partial<AlarmSettings>, ...counts: number[]) =>
    evaluate(settings(given), together(...counts), 10)?.reason;
  expect(reason({}, 2)).toBe('The threshold was not crossed: 2 in the last period of 5 minutes.');
  expect(reason({ periodSeconds: 86_400, evaluationPeriods: 2 }, 9, 3)).toBe(
    'There were at least 3 events in a period: 9, 3 in the last 2 periods of 1 day.',
  );
  expect(reason({ comparison: 'LessThanThreshold', missingData: 'breaching', periodSeconds: 40 * 86_400 }, 0)).toBe(
    'There were fewer than 3 events in a period: 0 in the last period of 40 days.',
  );
  expect(reason({ periodSeconds: 5_400 }, 0)).toBe('Not enough is known of the last period of 90 minutes.');
});
