import { diffTexts } from './difference';

const before = { host: 'db', password: 'open sesame', pool: { max: 5, min: 1 }, port: 1 };
const after = { host: 'db', password: 'open barley', pool: { min: 1, max: 9 }, user: 'app' };

it.each([
  ['keys', before, after, { password: 'changed', 'pool.max': 'changed', port: 'removed', user: 'added' }],
  ['the order of keys', { a: { b: 1, c: 2 }, d: [{ e: 1, f: 2 }] }, { d: [{ f: 2, e: 1 }], a: { c: 2, b: 1 } }, {}],
  ['a list', { a: [1, 2] }, { a: [2, 1] }, { a: 'changed' }],
  ['an object that becomes text', { a: { b: 1 } }, { a: 'b' }, { a: 'changed' }],
  ['an object that becomes its own text', { a: { b: 1 } }, { a: '{"b":1}' }, { a: 'changed' }],
  [
    'keys of every object',
    {},
    JSON.parse('{"__proto__": 1, "constructor": 2}') as object,
    JSON.parse('{"__proto__": "added", "constructor": "added"}') as object,
  ],
])('compares %s', (_, from, to, expected) => {
  const changed = diffTexts(JSON.stringify(from), JSON.stringify(to))
    .filter(({ change }) => change !== 'same')
    .map(({ key, change }) => [key, change]);
  expect(changed).toEqual(Object.entries(expected).sort());
});

it('tells long numbers apart that are the same once they are parsed', () => {
  expect(diffTexts('{"n": 12345678901234567890}', '{"n":12345678901234567891}')).toEqual([{ key: 'n', change: 'changed' }]);
});

it.each([
  ['a', 'a', 'same'],
  ['a', '{}', 'changed'],
  ['[1]', '[1]', 'same'],
] as const)('compares what is no JSON object as a whole: %s and %s', (from, to, change) => {
  expect(diffTexts(from, to)).toEqual([{ key: '', change }]);
});
