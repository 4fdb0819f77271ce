import { durationOption, inWords } from './duration';

const read = durationOption({ min: 0, max: 3_600_000 });

it.each([
  ['500ms', 500],
  ['10', 10_000],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', 0],
])('reads %s', (text, milliseconds) => expect(read(text)).toBe(milliseconds));

it.each(['', 's', '-1s', '1w', '61m', '1h30m', '1.2.3', '.'])('refuses "%s"', (text) =>
  expect(() => read(text)).toThrow('It must be a duration such as 10s, 5m or 24h, from 0 ms to 1 h.'),
);

it('says durations roughly', () => {
  expect([5, 59_000, 60_000, 3_600_000, 11_520_000].map(inWords)).toEqual(['5 ms', '59 s', '1 min', '1 h', '3 h 12 min']);
});
