import fc from 'fast-check';
import { DamagedSecret } from '../domain/secret-errors';
import { unpack } from './secret.row';

/** As the database does it: it counts characters by code point. */
const pack = (pairs: [string, string][]): string | null =>
  pairs.length === 0
    ? null
    : `${pairs.length};${pairs.map(([a, b]) => `${Array.from(a).length}:${Array.from(b).length}:${a}${b}`).join('')}`;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ minLength: 1 }),
  fc.constantFrom('1:2:', '1;', ':', ';', '0'),
);
const manyPairs = fc.uniqueArray(fc.tuple(text, fc.option(text, { nil: '' })), { selector: ([key]) => key, minLength: 1 });

it('reads pairs of any texts back', () => {
  expect(unpack(null).size).toBe(0);
  fc.assert(fc.property(manyPairs, (pairs) => expect([...unpack(pack(pairs))]).toEqual(pairs)));
});

it('takes nothing that was cut, wherever that was', () => {
  fc.assert(
    fc.property(manyPairs, fc.nat(), (pairs, at) => {
      const whole = Array.from(pack(pairs)!);
      expect(() => unpack(whole.slice(0, at % whole.length).join(''))).toThrow(DamagedSecret);
    }),
  );
});

it('comes to an end with whatever it is given', () => {
  const odd = fc.array(fc.constantFrom('0', '1', '9', ':', ';', '-', ' ', 'x', '🔑', '1:1:', '2;'), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        odd.map((parts) => parts.join('')),
      ),
      (pairs) => {
        try {
          expect(unpack(pairs).size).toBeLessThanOrEqual(pairs.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedSecret);
        }
      },
    ),
  );
});
