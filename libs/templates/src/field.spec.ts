import { fieldsOf, valueOf, type ValueOfSecret } from './field';
import { parseReference } from './secret-reference';

const versionOf = (value: unknown): ValueOfSecret =>
  Buffer.isBuffer(value) ? { secretBinary: value } : { secretString: typeof value === 'string' ? value : JSON.stringify(value) };

const canary = 'canary-value';
const json = versionOf({
  password: canary,
  port: 3306,
  tls: true,
  hosts: ['a', 'b'],
  deep: { er: { 'a/b': canary } },
  nothing: null,
});
const read = (reference: string, version = json) => valueOf(version, parseReference(reference));

it('takes the whole value as it is', () => {
  expect(read('prod/db', versionOf(' {not json'))).toBe(' {not json');
  expect(read('prod/db', versionOf(Buffer.from([0, 255])))).toEqual(Buffer.from([0, 255]));
});

it.each([
  ['password', canary],
  ['port', '3306'],
  ['tls', 'true'],
  ['hosts', '["a","b"]'],
  ['/hosts/1', 'b'],
  ['/deep/er/a~1b', canary],
])('takes the field %s', (field, text) => expect(read(`prod/db#${field}`)).toBe(text));

it.each([
  ['prod/db#missing', json, 'prod/db#missing: the value has no such key'],
  ['prod/db#toString', json, 'prod/db#toString: the value has no such key'],
  ['prod/db#/deep/nowhere/x', json, 'has no such key'],
  ['prod/db#nothing', json, 'prod/db#nothing: it is null'],
  ['prod/db#a', versionOf(canary), 'prod/db: the value is not JSON'],
  ['prod/db#a', versionOf(`"${canary}"`), 'prod/db: the value is not a JSON object'],
  ['prod/db#length', versionOf([canary]), 'prod/db: the value is not a JSON object'],
  ['prod/db#a', versionOf(Buffer.from(canary)), 'prod/db: the value is binary'],
  ['prod/db#n', versionOf('{"n": 12345678901234567890}'), 'prod/db#n: a number of more than 15 digits'],
])('refuses %s with the rule, not with the value', (reference, version, rule) => {
  expect(() => read(reference, version)).toThrow(rule);
  expect(() => read(reference, version)).not.toThrow(canary);
});

it('takes all fields of an object', () => {
  const version = versionOf({ user: 'app', port: 1 });
  expect(fieldsOf(version, { secretId: 'prod/db' })).toEqual([
    ['user', 'app'],
    ['port', '1'],
  ]);
  expect(() => fieldsOf(versionOf({ b: null }), { secretId: 'a' })).toThrow('a#b: it is null');
});
