import { parseMoment } from './moment';

const NOW = Date.parse('2026-01-31T12:00:00Z');

it.each([
  ['90s', '2026-01-31T11:58:30.000Z'],
  ['30m', '2026-01-31T11:30:00.000Z'],
  ['2h', '2026-01-31T10:00:00.000Z'],
  ['1.5h', '2026-01-31T10:30:00.000Z'],
  ['1w', '2026-01-24T12:00:00.000Z'],
  ['2026-01-30', '2026-01-30T00:00:00.000Z'],
  ['2026-01-30T08:15', '2026-01-30T08:15:00.000Z'],
  ['2026-01-30T08:15:30+02:00', '2026-01-30T06:15:30.000Z'],
])('reads %s', (text, moment) => expect(parseMoment(text, NOW).toISOString()).toBe(moment));

it.each(['2 h', '999999999w', '10', 'yesterday', '1y', '2026-13-01', '-2h', ''])('refuses %p', (text) => {
  expect(() => parseMoment(text, NOW)).toThrow(/such as 30m, 2h or 7d/);
});
