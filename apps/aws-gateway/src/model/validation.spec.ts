import { blob, flag, integer, list, map, oneOf, refused, required, structure, text } from './shapes';
import { problemsOf, refusedMember } from './validation';

const shape = structure({
  SecretId: required(text({ min: 1, max: 4 })),
  Names: list(text({ max: 2, pattern: '[a-z]+' }), { min: 1, max: 2 }),
  Size: integer({ min: 1, max: 9 }),
  Order: oneOf({ asc: 1, desc: 2 }),
  Color: text({ values: ['red', 'blue'] }),
  Secret: text({ max: 3, sensitive: true }),
  Data: blob({ max: 2 }),
  Tags: list(structure({ Key: required(text({ min: 1 })) })),
  Context: map(text({ max: 1 })),
  Flag: flag,
  Later: refused(),
});
const value = (more: object) => ({ SecretId: 'id', ...more }) as Parameters<typeof problemsOf>[1];
const one = (text: string) => `1 validation error detected: Value ${text}`;

it('has nothing to say about a request that keeps the rules', () => {
  const whole = { Names: ['a', 'b'], Size: 9, Order: 'asc', Color: 'red', Secret: 'abc', Data: Buffer.from('ab'), Flag: true };
  expect(problemsOf(shape, value(whole))).toBeUndefined();
});

it.each<[object, string]>([
  [{ SecretId: undefined }, "null at 'secretId' failed to satisfy constraint: Member must not be null"],
  [{ SecretId: '' }, "'' at 'secretId' failed to satisfy constraint: Member must have length greater than or equal to 1"],
  [{ SecretId: 'abcde' }, "'abcde' at 'secretId' failed to satisfy constraint: Member must have length less than or equal to 4"],
  [
    { Names: ['a', 'B'] },
    "'B' at 'names.2.member' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
  ],
  [{ Names: [] }, "'[]' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1"],
  [{ Size: 10 }, "'10' at 'size' failed to satisfy constraint: Member must have value less than or equal to 9"],
  [{ Order: 'up' }, "'up' at 'order' failed to satisfy constraint: Member must satisfy enum value set: [asc, desc]"],
  [
    { Order: 'constructor' },
    "'constructor' at 'order' failed to satisfy constraint: Member must satisfy enum value set: [asc, desc]",
  ],
  [{ Color: 'green' }, "'green' at 'color' failed to satisfy constraint: Member must satisfy enum value set: [red, blue]"],
  [{ Secret: 'four' }, " at 'secret' failed to satisfy constraint: Member must have length less than or equal to 3"],
  [{ Data: Buffer.from('abc') }, " at 'data' failed to satisfy constraint: Member must have length less than or equal to 2"],
  [{ Tags: [{}] }, "null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null"],
  [
    { Context: { a: 'bc' } },
    "'bc' at 'context.a.member' failed to satisfy constraint: Member must have length less than or equal to 1",
  ],
])('says of %j what AWS says', (more, problem) => {
  expect(problemsOf(shape, value(more))).toBe(one(problem).replace('Value  at', 'Value at'));
});

it('counts characters, not UTF-16 units', () => {
  expect(problemsOf(shape, value({ SecretId: '😀😀😀😀' }))).toBeUndefined();
  expect(problemsOf(shape, value({ SecretId: '😀😀😀😀😀' }))).toBeDefined();
});

it('counts all problems, and shows no value whole that is long', () => {
  expect(problemsOf(shape, value({ SecretId: 'x'.repeat(10_000), Size: 0 }))).toMatch(
    /^2 validation errors detected: Value 'x{256}…' at 'secretId' .*; Value '0' at 'size' /,
  );
});

it('names what is not supported', () => {
  expect(refusedMember(shape, value({ Later: true }))).toBe('Later');
  expect(refusedMember(shape, value({}))).toBeUndefined();
});
