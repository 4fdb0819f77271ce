import fc from 'fast-check';
import { momentIn } from './moment';
import { readSchedule, type RotationRules } from './rotation-schedule';
import { lastInstantOf } from './window';

const HOUR = 3_600_000;
const between = (min: number, max: number) => fc.integer({ min, max });
const days = fc.constantFrom('* * ?', '? * MON-FRI', '? * 2#1', 'L * ?', '1,15 * ?', '? JAN/3 SAT', '29 2 ?', '1/7 * ?');

/** Schedules that the contract allows, with durations that may or may not fit. */
const rules: fc.Arbitrary<RotationRules> = fc
  .tuple(
    fc.oneof(
      between(1, 1_000).map((automaticallyAfterDays): RotationRules => ({ automaticallyAfterDays })),
      between(4, 300).map((hours): RotationRules => ({ scheduleExpression: `rate(${hours} hours)` })),
      between(2, 999).map((count): RotationRules => ({ scheduleExpression: `rate(${count} days)` })),
      fc
        .tuple(between(0, 23), fc.constantFrom('', '/4', '/6', '/12'), days)
        .map(([hour, step, when]): RotationRules => ({ scheduleExpression: `cron(0 ${hour}${step} ${when} *)` })),
    ),
    fc.option(between(1, 24), { nil: undefined }),
  )
  .map(([schedule, hours]) => ({ ...schedule, ...(hours === undefined ? {} : { duration: `${hours}h` }) }));

const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
const arn = fc.string({ minLength: 1, maxLength: 40 });

/** Undefined where the contract refuses the rules. */
const scheduleOf = (from: RotationRules) => {
  try {
    return readSchedule(from);
  } catch {
    return undefined;
  }
};

describe('whatever the schedule', () => {
  it('no computed instant falls outside its window, and no window into the one before or the last rotation', () => {
    fc.assert(
      fc.property(rules, instant, arn, (from, after, key) => {
        const schedule = scheduleOf(from);
        fc.pre(schedule !== undefined);
        let last = after;
        let edge = -Infinity;
        for (let round = 0; round < 4; round++) {
          const window = schedule.nextWindow(last);
          if (!window) throw new Error('the schedule ends');
          const moment = momentIn(window, key).getTime();
          expect(window.start.getTime()).toBeGreaterThan(last.getTime());
          expect(window.start.getTime()).toBeGreaterThanOrEqual(edge);
          expect(window.start.getTime() % HOUR).toBe(0);
          expect(moment).toBeGreaterThanOrEqual(window.start.getTime());
          expect(moment).toBeLessThanOrEqual(lastInstantOf(window).getTime());
          expect(moment).toBeLessThan(window.end.getTime());
          edge = window.end.getTime();
          last = new Date(moment);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('starts lie 4 hours apart at least', () => {
    fc.assert(
      fc.property(rules, instant, (from, after) => {
        const schedule = scheduleOf(from);
        fc.pre(schedule !== undefined);
        const first = schedule.nextWindow(after)!.start;
        const second = schedule.nextWindow(first)!.start;
        expect(second.getTime() - first.getTime()).toBeGreaterThanOrEqual(4 * HOUR);
      }),
      { numRuns: 300 },
    );
  });

  it('a thousand secrets with one schedule spread over the window', () => {
    const window = readSchedule({ scheduleExpression: 'cron(0 3 * * ? *)', duration: '1h' }).nextWindow(new Date())!;
    const moments = Array.from({ length: 1_000 }, (_, index) => momentIn(window, `arn:secret:app/db-${index}`).getTime());
    const inQuarter = (quarter: number) =>
      moments.filter((moment) => Math.floor((moment - window.start.getTime()) / (HOUR / 4)) === quarter).length;
    for (const quarter of [0, 1, 2, 3]) {
      expect(inQuarter(quarter)).toBeGreaterThan(200);
      expect(inQuarter(quarter)).toBeLessThan(300);
    }
    const perSecond = new Map<number, number>();
    for (const moment of moments) perSecond.set(moment, (perSecond.get(moment) ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeLessThan(6);
    expect(momentIn(window, 'same')).toEqual(momentIn(window, 'same'));
  });
});
