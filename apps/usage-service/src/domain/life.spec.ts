import { DAY, HOUR } from '@strongroom/clock';
import fc from 'fast-check';
import { chargedHours, hourMark, hoursByDay } from './life';

const at = (text: string) => new Date(`2026-03-${text}Z`);

it.each([
  ['10T10:05:00', '10T10:50:00', 0],
  ['10T10:55:00', '10T11:05:00', 1],
  ['10T10:00:00', '10T11:00:00', 1],
  ['10T10:00:00', '10T10:00:00.001', 1],
  ['10T10:00:00.001', '10T11:00:00', 0],
  ['01T00:00:00', '31T00:00:00', 720],
  ['10T12:00:00', '10T11:00:00', 0],
])('from %s to %s charges %d hours', (from, to, hours) => {
  expect(chargedHours(at(from), at(to))).toBe(hours);
});

it('adds up however a life is cut', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 40 * DAY }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(moments, (some) => {
      const cuts = some.sort((one, other) => one - other).map((millis) => new Date(millis));
      const parts = cuts.slice(1).map((end, index) => chargedHours(cuts[index]!, end));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(chargedHours(cuts[0]!, cuts.at(-1)!));
    }),
  );
});

it('gives each day the hours that all lives have in it', () => {
  const lives = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 10 * DAY }), fc.integer({ min: 0, max: 10 * DAY })).map(([from, length]) => ({
      from: new Date(from),
      to: new Date(from + length),
    })),
    { maxLength: 20 },
  );
  const range = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 24 * 12 }));
  fc.assert(
    fc.property(lives, range, (some, [first, until]) => {
      const changes = some
        .flatMap(({ from, to }) => [
          { hour: hourMark(from), delta: 1 },
          { hour: hourMark(to), delta: -1 },
        ])
        .sort((one, other) => one.hour - other.hour);
      // Each hour of each life, one by one.
      const model = new Map<number, bigint>();
      for (const { from, to } of some) {
        for (
          let hour = Math.max(first * 24, Math.ceil(from.getTime() / HOUR));
          hour * HOUR < to.getTime() && hour < until;
          hour++
        ) {
          const day = Math.floor(hour / 24);
          model.set(day, (model.get(day) ?? 0n) + 1n);
        }
      }
      expect(hoursByDay(changes, first, until)).toEqual(new Map([...model].sort()));
    }),
  );
});
