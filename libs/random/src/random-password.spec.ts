import { type PasswordRules, randomPassword, SeededRandom, systemRandom } from './index';

const rules = (some: Partial<PasswordRules> = {}): PasswordRules => ({
  length: 32,
  excludeCharacters: '',
  excludeNumbers: false,
  excludePunctuation: false,
  excludeUppercase: false,
  excludeLowercase: false,
  includeSpace: false,
  requireEachIncludedType: true,
  ...some,
});
const make = (some?: Partial<PasswordRules>) => randomPassword(rules(some), systemRandom);
const onlyDigits = { excludeLowercase: true, excludeUppercase: true, excludePunctuation: true };

it('has a character of each type, at no fixed place', () => {
  const firsts = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const password = make({ length: 4 });
    for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!-/:-@[-`{-~]/]) expect(password).toMatch(type);
    firsts.add(
      password[0]!
        .replace(/[a-z]/, 'a')
        .replace(/[A-Z]/, 'A')
        .replace(/[0-9]/, '0')
        .replace(/[^aA0]/, '!'),
    );
  }
  expect([...firsts].sort()).toEqual(['!', '0', 'A', 'a']);
});

it.each<[string, Partial<PasswordRules>, RegExp]>([
  ['no numbers', { excludeNumbers: true }, /^[^0-9 ]{32}$/],
  ['no punctuation', { excludePunctuation: true }, /^[A-Za-z0-9]{32}$/],
  ['no upper case', { excludeUppercase: true }, /^[^A-Z ]{32}$/],
  ['no lower case', { excludeLowercase: true }, /^[^a-z ]{32}$/],
  ['only digits, some not', { ...onlyDigits, excludeCharacters: '01' }, /^[2-9]{32}$/],
  ['a space', { includeSpace: true }, /^[ -~]*( [ -~]*)+$/],
  ['a type that is used up', { excludeCharacters: '0123456789' }, /^[^0-9 ]{32}$/],
])('obeys: %s', (_what, some, pattern) => {
  for (let i = 0; i < 50; i++) expect(make(some)).toMatch(pattern);
});

it.each([1, 4096])('is %d long', (length) => {
  expect(make({ length, requireEachIncludedType: false })).toHaveLength(length);
});

it.each<[string, Partial<PasswordRules>]>([
  ['length 0', { length: 0, requireEachIncludedType: false }],
  ['length 4,097', { length: 4097 }],
  ['half a character', { length: 1.5, requireEachIncludedType: false }],
  ['fewer characters than types', { length: 3 }],
  ['nothing left', { ...onlyDigits, excludeNumbers: true }],
  ['more than 4,096 exclusions', { excludeCharacters: 'a'.repeat(4097) }],
])('refuses %s', (_what, some) => {
  expect(() => make(some)).toThrow(expect.objectContaining({ reason: 'InvalidParameterException' }));
});

it('prefers no character', () => {
  const random = new SeededRandom('passwords');
  const counts = new Map<string, number>();
  const total = 40_000;
  for (let i = 0; i < total / 4_000; i++) {
    for (const character of randomPassword(rules({ ...onlyDigits, length: 4_000 }), random)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  const expected = total / 10;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(10);
  // 9 degrees of freedom: past this once in 10,000 times, and the seed makes it the same each time.
  expect(chiSquare).toBeLessThan(33.7);
});
