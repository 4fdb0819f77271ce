import { rulesOf, rulesText } from './schedule-options';

it('reads rules, and refuses what is no schedule', () => {
  expect(rulesOf({})).toBeUndefined();
  expect(rulesOf({ function: 'strongroom-password' })).toBeUndefined();
  expect(rulesOf({ every: 30 })).toEqual({ automaticallyAfterDays: 30 });
  expect(rulesOf({ schedule: 'rate(12 hours)', window: '1h' })).toEqual({ scheduleExpression: 'rate(12 hours)', duration: '1h' });
  expect(() => rulesOf({ every: 30, schedule: 'rate(12 hours)' })).toThrow(/not both/);
  expect(() => rulesOf({ schedule: 'rate(1 hour)' })).toThrow(/4 hours/);
  expect(() => rulesOf({ window: '3h' })).toThrow(/AutomaticallyAfterDays or ScheduleExpression/);
});

it('says rules in words', () => {
  expect(rulesText({ automaticallyAfterDays: 30n })).toBe('every 30 days');
  expect(rulesText({ scheduleExpression: 'rate(4 hours)', duration: '1h' })).toBe('rate(4 hours), window 1h');
  expect(rulesText({})).toBe('on demand');
});
