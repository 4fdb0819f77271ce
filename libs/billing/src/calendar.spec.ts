import { dayOf, dayText, daysOfMonth, firstDayOf, hourOf, lastDayOf, monthOf, nextMonth, parseDay, parseMonth } from './calendar';

it('counts hours and days from the epoch', () => {
  const moment = Date.parse('2026-03-01T05:59:59.999Z');
  expect(hourOf(moment)).toBe(dayOf(moment) * 24 + 5);
  expect(dayText(dayOf(moment))).toBe('2026-03-01');
  expect(monthOf(dayOf(moment))).toBe('2026-03');
});

it.each([
  ['2026-01', 31, '2026-02'],
  ['2026-02', 28, '2026-03'],
  ['2028-02', 29, '2028-03'],
  ['2026-12', 31, '2027-01'],
  ['2026-04', 30, '2026-05'],
])('knows that %s has %d days and comes before %s', (month, days, next) => {
  expect(daysOfMonth(month)).toBe(days);
  expect(nextMonth(month)).toBe(next);
  expect(lastDayOf(month) + 1).toBe(firstDayOf(next));
});

it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '1999-01-01', '9999-01-01', '', '2026-01-01T00:00', '2026-01-32'])(
  'takes %j for no day',
  (text) => expect(parseDay(text)).toBeUndefined(),
);

it('reads days and months', () => {
  expect(parseDay('2028-02-29')).toBe(firstDayOf('2028-03') - 1);
  expect(parseMonth('2026-12')).toBe('2026-12');
  expect(parseMonth('2026-13')).toBeUndefined();
});
