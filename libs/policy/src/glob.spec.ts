import fc from 'fast-check';
import { ANY_ONE, ANY_RUN, compileGlob, matchesGlob } from './glob';

const tokensOf = (pattern: string) =>
  Array.from({ length: pattern.length }, (_, i) => ({ '*': ANY_RUN, '?': ANY_ONE })[pattern[i]!] ?? pattern.charCodeAt(i));
const matches = (pattern: string, text: string) => matchesGlob(compileGlob(tokensOf(pattern)), text);

/** By the definition of the two wildcards, in exponential time; characters, not code units. */
function naive(pattern: string[], text: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1));
}

it.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['?', '', false],
  ['?', 'a', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbd', false],
  ['*aab', 'aaab', true],
  ['*aab', 'aaaab', true],
  ['*abab*c', 'aababbababc', true],
  ['*abaabab', 'abaabaabab', true],
  ['*abac', 'ababac', true],
  ['*aab', 'aaba', false],
  ['*ab*ab', 'abab', true],
  ['*ab*ab', 'abb', false],
  ['a?c*', 'abcd', true],
  ['*?a?*', 'xay', true],
  ['*?a?*', 'xa', false],
  ['**a**', 'bab', true],
  ['secret:?*', 'secret:', false],
])('%p against %p: %p', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

it('takes a surrogate pair for one character', () => {
  expect(matches('?', '😀')).toBe(true);
  expect(matches('??', '😀')).toBe(false);
  expect(matches('*??', '😀')).toBe(false);
  expect(matches('*?😀', '😀😀')).toBe(true);
});

it('agrees with the definition', () => {
  const letters = fc.constantFrom('a', 'b', '😀');
  fc.assert(
    fc.property(
      fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 9 }),
      fc.array(letters, { maxLength: 10 }),
      (pattern, text) => {
        expect(matches(pattern.join(''), text.join(''))).toBe(naive(pattern, text));
      },
    ),
    { numRuns: 5000 },
  );
});

it('agrees with the definition where runs overlap themselves', () => {
  const word = (alphabet: string[], maxLength: number) => fc.array(fc.constantFrom(...alphabet), { maxLength });
  fc.assert(
    fc.property(word(['a', 'a', 'b', 'b', '*'], 10), word(['a', 'b'], 14), (pattern, text) => {
      expect(matches(['*', ...pattern].join(''), text.join(''))).toBe(naive(['*', ...pattern], text));
    }),
    { numRuns: 5000 },
  );
});

it('sees only what stands between the offsets', () => {
  const glob = compileGlob(tokensOf('b*d'));
  expect(matchesGlob(glob, 'abcde', 1, 4)).toBe(true);
  expect(matchesGlob(glob, 'abcde', 1, 5)).toBe(false);
  expect(matchesGlob(glob, 'abcde', 0, 4)).toBe(false);
});

describe('hostile patterns', () => {
  /** Counts how often the matcher reads a character. */
  const readings = (pattern: string, text: string) => {
    let count = 0;
    const counted = {
      length: text.length,
      charCodeAt: (i: number) => {
        count++;
        return text.charCodeAt(i);
      },
    };
    matchesGlob(compileGlob(tokensOf(pattern)), counted);
    return count;
  };
  const length = 4000;
  const text = 'a'.repeat(length);

  it.each([
    ['many stars', `${'*a'.repeat(1000)}b`],
    ['a long run that fails at its end', `*${'a'.repeat(2000)}b`],
    ['a long run between stars', `*${'a'.repeat(1000)}b*c`],
    ['many runs that each nearly match', '*aaaaaaaaab'.repeat(200)],
    ['a periodic run', `*${'ab'.repeat(900)}c*`],
  ])('of literals and stars cost a few readings a character: %s', (_, pattern) => {
    expect(readings(pattern, text)).toBeLessThanOrEqual(5 * length);
    expect(readings(pattern, 'ab'.repeat(length / 2))).toBeLessThanOrEqual(5 * length);
  });

  it('with question marks cost at most the longest run a character, and never multiply', () => {
    const run = `?${'a'.repeat(30)}b`;
    expect(readings(`*${run}`.repeat(50), text)).toBeLessThanOrEqual(5 * length * run.length);
  });
});
