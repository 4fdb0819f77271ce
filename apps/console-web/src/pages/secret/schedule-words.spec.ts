import { nextWindows, rulesOf, scheduleWords } from './schedule-words';

it.each([
  [{ automaticallyAfterDays: 1 }, 'Every day'],
  [{ automaticallyAfterDays: 30n, duration: '3h' }, 'Every 30 days, within 3 hours'],
  [{ scheduleExpression: 'rate(4 hours)', duration: '1h' }, 'Every 4 hours, within an hour'],
  [{ scheduleExpression: 'rate(1 day)' }, 'Every day'],
  [{ scheduleExpression: 'cron(0 3 * * ? *)' }, 'Every day, from 03:00 UTC'],
  [{ scheduleExpression: 'cron(0 /8 * 1,2 ? *)' }, 'Every day in January and February, from 00:00, 08:00, and 16:00 UTC'],
  [{ scheduleExpression: 'cron(0 4 ? * SUN *)' }, 'Every Sunday, from 04:00 UTC'],
  [{ scheduleExpression: 'cron(0 4 ? * MON,WED *)' }, 'Every Monday and Wednesday, from 04:00 UTC'],
  [{ scheduleExpression: 'cron(0 0 ? * 2#1 *)' }, 'On the first Monday of every month, from 00:00 UTC'],
  [{ scheduleExpression: 'cron(0 0 ? 6 6L *)' }, 'On the last Friday of June, from 00:00 UTC'],
  [{ scheduleExpression: 'cron(0 0 1,22,L * ? *)' }, 'On the 1st, 22nd, and last day of every month, from 00:00 UTC'],
  [{ scheduleExpression: 'cron(0 0 1/2 * ? *)' }, 'cron(0 0 1/2 * ? *)'],
  [undefined, 'Only when somebody asks for it'],
  [{ duration: '2h' }, 'Only when somebody asks for it'],
])('says %o', (rules, words) => expect(scheduleWords(rulesOf(rules))).toBe(words));

it('finds the next five windows', () => {
  const starts = (rules: Parameters<typeof nextWindows>[0]) =>
    nextWindows(rules, new Date('2026-11-24T10:30:00Z')).map(({ start }) => start.toISOString().slice(0, 13));
  expect(starts({ automaticallyAfterDays: 10 })).toEqual([
    '2026-12-04T00',
    '2026-12-14T00',
    '2026-12-24T00',
    '2027-01-03T00',
    '2027-01-13T00',
  ]);
  expect(starts({ scheduleExpression: 'cron(0 8 L * ? *)' })).toEqual([
    '2026-11-30T08',
    '2026-12-31T08',
    '2027-01-31T08',
    '2027-02-28T08',
    '2027-03-31T08',
  ]);
});
