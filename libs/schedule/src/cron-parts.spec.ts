import { type CronParts, cronParts } from './cron-parts';

const everyMonth = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

it.each<[string, Partial<CronParts>]>([
  ['cron(0 3 ? * SUN *)', { hours: [3], months: everyMonth, daysOfWeek: [{ day: 1 }] }],
  ['cron(0 /12 ? * MON-WED *)', { hours: [0, 12], daysOfWeek: [{ day: 2 }, { day: 3 }, { day: 4 }] }],
  ['cron(0 0 ? * 2#1,6L,L *)', { daysOfWeek: [{ day: 2, nth: 1 }, { day: 6, nth: 'last' }, { day: 7 }] }],
  ['cron(0 0 15,L,1 JAN,jul ? *)', { months: [1, 7], daysOfMonth: [1, 15, 'last'] }],
  ['cron(0 0 28/2 * ? *)', { daysOfMonth: [28, 30] }],
])('spells %s out', (expression, parts) => expect(cronParts(expression)).toMatchObject(parts));

it('knows nothing of other expressions', () => expect(cronParts('rate(4 hours)')).toBeUndefined());
