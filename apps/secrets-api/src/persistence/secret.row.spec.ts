import fc from 'fast-check';
import { unpack } from './secret.row';

/** As the database does it: it counts characters by code point. */
const pack = (pairs: [string, string][]): string | null =>
  pairs.length === 0 ? null : pairs.map(([a, b]) => `${Array.from(a).length}:${Array.from(b).length}:${a}${b}`).join('');

it('reads pairs of any texts back', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), fc.constant('1:2:'));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, fc.option(text, { nil: '' })), { selector: ([key]) => key }), (pairs) => {
      expect([...unpack(pack(pairs))]).toEqual(pairs);
    }),
  );
});
