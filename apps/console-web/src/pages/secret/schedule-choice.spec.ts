import { readSchedule, type RotationRules } from '@strongroom/schedule';
import { choiceOf, rulesOfChoice } from './schedule-choice';

it.each<[RotationRules | undefined, string]>([
  [undefined, 'never'],
  [{ automaticallyAfterDays: 7, duration: '3h' }, 'days'],
  [{ scheduleExpression: 'rate(12 hours)' }, 'hours'],
  [{ scheduleExpression: 'cron(0 4 ? * SUN,WED *)', duration: '2h' }, 'weekly'],
  [{ scheduleExpression: 'cron(0 23 L * ? *)' }, 'monthly'],
  [{ scheduleExpression: 'cron(0 0 15 * ? *)' }, 'monthly'],
  [{ scheduleExpression: 'cron(0 0 31 * ? *)' }, 'expression'],
  [{ scheduleExpression: 'rate(10 days)' }, 'expression'],
])('keeps %o as it is', (rules, kind) => {
  const choice = choiceOf(rules);
  expect(choice.kind).toBe(kind);
  expect(rulesOfChoice(choice)).toEqual(rules);
});

it('makes schedules that the service accepts', () => {
  for (const kind of ['days', 'hours', 'weekly', 'monthly', 'expression'] as const) {
    const rules = rulesOfChoice({ ...choiceOf({ automaticallyAfterDays: 12 }), kind })!;
    expect(() => readSchedule(rules)).not.toThrow();
  }
});
