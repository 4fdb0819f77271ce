import { labelOf, lastMonths, monthWords, timesOf } from './ranges';

const now = new Date('2026-11-30T14:35:00Z');

it.each([
  ['day', 'hour', '2026-11-29T15:00:00.000Z'],
  ['week', 'day', '2026-11-24T00:00:00.000Z'],
  ['month', 'day', '2026-11-01T00:00:00.000Z'],
  ['year', 'month', '2025-12-01T00:00:00.000Z'],
] as const)('covers whole periods of a %s', (range, period, from) => {
  expect(timesOf(range, now)).toEqual({ period, from: new Date(from), to: now });
});

it('writes periods and months', () => {
  expect(labelOf('hour', new Date('2026-11-30T00:00:00Z'))).toBe('00:00');
  expect(labelOf('day', new Date('2026-11-30T00:00:00Z'))).toBe('Nov 30');
  expect(labelOf('month', new Date('2026-11-01T00:00:00Z'))).toBe('Nov 2026');
  expect(lastMonths(3, new Date('2026-01-31T00:00:00Z'))).toEqual(['2026-01', '2025-12', '2025-11']);
  expect(monthWords('2026-02')).toBe('February 2026');
});
