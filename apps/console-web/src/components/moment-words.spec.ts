import { duration, fullTime, relativeDay, relativeTime } from './moment-words';

const now = new Date('2026-03-01T12:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

it.each([
  [0, 'just now'],
  [-9, 'just now'],
  [-11, 'seconds ago'],
  [30, 'in seconds'],
  [-60, '1 minute ago'],
  [-119, '1 minute ago'],
  [3 * 3_600, 'in 3 hours'],
  [-26 * 3_600, '1 day ago'],
  [-8 * 86_400, '1 week ago'],
  [-70 * 86_400, '2 months ago'],
  [-800 * 86_400, '2 years ago'],
])('says %d seconds as %s', (seconds, words) => expect(relativeTime(after(seconds), now)).toBe(words));

it('counts days by UTC', () => {
  expect(relativeDay(new Date('2026-03-01T00:00:00Z'), new Date('2026-03-01T23:59:59Z'))).toBe('today');
  expect(relativeDay(new Date('2026-02-28T00:00:00Z'), now)).toBe('yesterday');
  expect(relativeDay(new Date('2026-02-20T00:00:00Z'), now)).toBe('9 days ago');
  expect(relativeDay(new Date('2025-03-01T00:00:00Z'), now)).toBe('1 year ago');
});

it('names the zone of a full time', () => {
  expect(fullTime(new Date('2026-03-01T00:00:00Z'), 'day')).toBe('Sunday, March 1, 2026 (UTC)');
  expect(fullTime(now)).toMatch(/Mar 1, 2026/);
});

it.each([
  [12.4, '12 ms'],
  [1_000, '1 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_660_500, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
])('says %d ms as %s', (milliseconds, words) => expect(duration(milliseconds)).toBe(words));
