import { identityTexts, inRange, keyTexts, lengthOf, obeys, secretTexts } from './index';

it.each([
  [{ min: 2 }, 'a', false],
  [{ min: 2 }, 'ab', true],
  [{ max: 2 }, 'abc', false],
  // Characters, not UTF-16 units.
  [{ max: 2 }, '🔑🔑', true],
  [{ max: 2 }, '🔑🔑🔑', false],
  [{ pattern: 'a|b' }, 'ab', false],
  [{ pattern: 'a|b' }, 'b', true],
  [{ pattern: '[a]+' }, 'a\n', false],
  [{}, '', true],
])('%j of %j: %p', (rule, text, expected) => expect(obeys(rule, text)).toBe(expected));

it('compares numbers with both ends', () => {
  expect([0, 1, 2, 3].map((value) => inRange({ min: 1, max: 2 }, value))).toEqual([false, true, true, false]);
  expect(inRange({ min: 1 }, NaN)).toBe(false);
});

it.each(['x', 'a+b=c,d.e@f-g_1', 'a'.repeat(64), 'a'.repeat(65), 'a b', 'ä', 'a/b'])('knows the name %s of a session', (name) => {
  expect(obeys(identityTexts.roleSessionName, name)).toBe(/^[\w+=,.@-]{2,64}$/.test(name));
});

it.each(['prod/db', 'aZ9/_+=.@-', '', 'a b', 'ä', 'a:b', 'a\n', 'x'.repeat(512), 'x'.repeat(513)])(
  'knows the name %j of a secret',
  (name) => {
    expect(obeys(secretTexts.name, name)).toBe(/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name));
  },
);

it.each([
  ['a', 2, 1],
  ['🔑🔑', 2, 2],
  ['🔑🔑🔑', 3, 3],
  // Three characters at least, which is over the limit.
  ['🔑🔑🔑', 2, 6],
])('counts %s up to %d as %d', (text, max, expected) => expect(lengthOf(text, max)).toBe(expected));

it.each([
  'alias/a',
  'alias/',
  'a',
  'alias/a/b_c-D9',
  'alias/a:b',
  'alias/a\n',
  `alias/${'a'.repeat(250)}`,
  `alias/${'a'.repeat(251)}`,
])('knows the name %j of an alias', (name) =>
  expect(obeys(keyTexts.aliasName, name)).toBe(/^alias\/[A-Za-z0-9/_-]{1,250}$/.test(name)),
);
