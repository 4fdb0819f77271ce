import { readSchedule, type RotationRules } from './rotation-schedule';

/** Tuesday. */
const NOW = '2026-11-24T10:30:00Z';

/** The next windows, each counted from a moment in the one before. */
function windows(rules: RotationRules, count = 2, from = NOW): string[] {
  const schedule = readSchedule(rules);
  const found: string[] = [];
  let after = new Date(from);
  for (let index = 0; index < count; index++) {
    const { start, end } = schedule.nextWindow(after)!;
    found.push(`${start.toISOString().slice(0, 13)}+${(end.getTime() - start.getTime()) / 3_600_000}h`);
    after = new Date(end.getTime() - 1);
  }
  return found;
}
const at = (scheduleExpression: string, duration?: string) => windows({ scheduleExpression, duration });

describe('the windows of a schedule', () => {
  it.each<[string, string | undefined, string[]]>([
    ['rate(1 day)', undefined, ['2026-11-25T00+24h', '2026-11-26T00+24h']],
    ['rate(10 days)', '3h', ['2026-12-04T00+3h', '2026-12-14T00+3h']],
    ['rate(999 days)', undefined, ['2029-08-19T00+24h', '2032-05-14T00+24h']],
    ['rate(4 hours)', undefined, ['2026-11-24T12+1h', '2026-11-24T16+1h']],
    ['rate(12 hours)', '12h', ['2026-11-24T12+12h', '2026-11-25T00+12h']],
    ['cron(0 8 * * ? *)', undefined, ['2026-11-25T08+16h', '2026-11-26T08+16h']],
    ['cron(0 11 * * ? *)', '2h', ['2026-11-24T11+2h', '2026-11-25T11+2h']],
    ['cron(0 0/12 * * ? *)', undefined, ['2026-11-24T12+1h', '2026-11-25T00+1h']],
    ['cron(0 /8 * * ? *)', undefined, ['2026-11-24T16+1h', '2026-11-25T00+1h']],
    ['cron(0 2 /10 * ? *)', undefined, ['2026-12-01T02+22h', '2026-12-11T02+22h']],
    ['cron(0 0 1 /6 ? *)', undefined, ['2027-01-01T00+24h', '2027-07-01T00+24h']],
    ['cron(0 0 ? * /3 *)', undefined, ['2026-11-25T00+24h', '2026-11-28T00+24h']],
    ['cron(0 */12 * * ? *)', undefined, ['2026-11-24T12+1h', '2026-11-25T00+1h']],
    ['cron(0 4,8,12 ? * MON-FRI *)', '4h', ['2026-11-24T12+4h', '2026-11-25T04+4h']],
    ['cron(0 18 L * ? *)', undefined, ['2026-11-30T18+6h', '2026-12-31T18+6h']],
    ['cron(0 0 1,15 * ? *)', undefined, ['2026-12-01T00+24h', '2026-12-15T00+24h']],
    ['cron(0 0 ? * 2#1 *)', undefined, ['2026-12-07T00+24h', '2027-01-04T00+24h']],
    ['cron(0 0 ? * sat#2 *)', undefined, ['2026-12-12T00+24h', '2027-01-09T00+24h']],
    ['cron(0 0 ? * 1L *)', undefined, ['2026-11-29T00+24h', '2026-12-27T00+24h']],
    ['cron(0 0 ? * L *)', undefined, ['2026-11-28T00+24h', '2026-12-05T00+24h']],
    ['cron(0 0 ? * 2/2 *)', undefined, ['2026-11-25T00+24h', '2026-11-27T00+24h']],
    ['cron(0 16 1 JAN,jul ? *)', undefined, ['2027-01-01T16+8h', '2027-07-01T16+8h']],
    ['cron(0 1 29 2 ? *)', undefined, ['2028-02-29T01+23h', '2032-02-29T01+23h']],
    // The hours are near each other overnight, but no two days of it adjoin.
    ['cron(0 1,23 1 * ? *)', undefined, ['2026-12-01T01+1h', '2026-12-01T23+1h']],
  ])('%s, duration %s', (expression, duration, expected) => {
    expect(at(expression, duration)).toEqual(expected);
  });

  it('come so many days after the last rotation', () => {
    expect(windows({ automaticallyAfterDays: 30 })).toEqual(['2026-12-24T00+24h', '2027-01-23T00+24h']);
    expect(windows({ automaticallyAfterDays: 1, duration: '2h' })).toEqual(['2026-11-25T00+2h', '2026-11-26T00+2h']);
  });

  it('begin after the instant, never at it', () => {
    expect(windows({ scheduleExpression: 'cron(0 8 * * ? *)' }, 1, '2026-11-24T08:00:00Z')).toEqual(['2026-11-25T08+16h']);
    expect(windows({ scheduleExpression: 'cron(0 8 * * ? *)' }, 1, '2026-11-24T07:59:59.999Z')).toEqual(['2026-11-24T08+16h']);
    expect(windows({ scheduleExpression: 'rate(4 hours)' }, 1, '2026-11-24T08:00:00Z')).toEqual(['2026-11-24T12+1h']);
  });
});

describe('a schedule is refused', () => {
  const refusal = (rules: RotationRules): string => {
    try {
      readSchedule(rules);
    } catch (error) {
      expect(error).toMatchObject({ reason: 'InvalidParameterException' });
      return (error as Error).message;
    }
    return 'accepted';
  };

  it.each<[RotationRules, RegExp]>([
    [{}, /^RotationRules must have either AutomaticallyAfterDays or ScheduleExpression/],
    [{ duration: '2h' }, /^RotationRules must have either/],
    [{ automaticallyAfterDays: 1, scheduleExpression: 'rate(1 day)' }, /and not both/],
    [{ automaticallyAfterDays: 0 }, /AutomaticallyAfterDays must be from 1 to 1000/],
    [{ automaticallyAfterDays: 1001 }, /AutomaticallyAfterDays must be from 1 to 1000/],
    [{ automaticallyAfterDays: 1, duration: '25h' }, /Duration must be 1h to 24h/],
  ])('%p', (rules, message) => {
    expect(refusal(rules)).toMatch(message);
  });

  it.each<[string, RegExp]>([
    ['', /must be rate\(…\) or cron\(…\)/],
    ['at(2026-11-24T10:00:00)', /must be rate\(…\) or cron\(…\)/],
    ['rate(3 hours)', /from rate\(4 hours\) to rate\(999 days\)/],
    ['rate(1 hour)', /from rate\(4 hours\)/],
    ['rate(1000 days)', /to rate\(999 days\)/],
    ['rate(23977 hours)', /to rate\(999 days\)/],
    ['rate(1 days)', /must be rate\(1 day\)/],
    ['rate(2 day)', /must be rate\(1 day\)/],
    ['rate(0 days)', /must be rate\(1 day\)/],
    ['rate(5 minutes)', /must be rate\(1 day\)/],
    ['cron(0 8 * * ?)', /six fields/],
    ['cron(0 8 * * ? * *)', /six fields/],
    ['cron(30 8 * * ? *)', /Minutes must be 0/],
    ['cron(0 24 * * ? *)', /Hours must be from 0 to 23/],
    ['cron(0 8 32 * ? *)', /Day-of-month must be from 1 to 31/],
    ['cron(0 8 1 13 ? *)', /Month must be from 1 to 12 or JAN to DEC/],
    ['cron(0 8 ? * 8 *)', /Day-of-week must be from 1 to 7 or SUN to SAT/],
    ['cron(0 8 ? * 2#6 *)', /after # in Day-of-week must be from 1 to 5/],
    ['cron(0 8 ? * FRI-MON *)', /Day-of-week must have ascending ranges/],
    ['cron(0 8 1-2-3 * ? *)', /Day-of-month must have at most one -/],
    ['cron(0 2/4/2 * * ? *)', /Hours must have at most one \//],
    ['cron(0 / * * ? *)', /the increment of Hours must be from 1/],
    ['cron(/0 8 * * ? *)', /Minutes must be 0/],
    ['cron(0 0/0 * * ? *)', /the increment of Hours must be from 1/],
    ['cron(0 8 * * * *)', /one of Day-of-month and Day-of-week must be \?/],
    ['cron(0 8 ? * ? *)', /one of Day-of-month and Day-of-week must be \?/],
    ['cron(0 8 * * ? 2027)', /Year must be \*/],
    ['cron(0 8 31 2 ? *)', /must name a day that exists/],
    ['cron(0 8W * * ? *)', /Hours must be from 0 to 23/],
    ['cron(0 * * * ? *)', /at least 4 hours between/],
    ['cron(0 1,23 * * ? *)', /at least 4 hours between/],
    ['cron(0 0/3 1 * ? *)', /at least 4 hours between/],
    [`cron(${'0'.repeat(300)})`, /1 to 256 characters/],
  ])('%s', (scheduleExpression, message) => {
    expect(refusal({ scheduleExpression })).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    ['rate(4 hours)', '5h', /at most 4h here: a window must not extend into the next one/],
    ['rate(2 days)', '0h', /1h to 24h/],
    ['rate(2 days)', '3', /1h to 24h/],
    ['rate(2 days)', '3d', /1h to 24h/],
    ['cron(0 20 * * ? *)', '5h', /at most 4h here: a window must not extend into the next UTC day/],
    ['cron(0 8/8 * * ? *)', '9h', /at most 8h here/],
  ])('%s for %s', (scheduleExpression, duration, message) => {
    expect(refusal({ scheduleExpression, duration })).toMatch(message);
  });
});
