import { versionOf } from '../testing/fake-source.testing';
import { fileContent } from './file-content';

type Description = Parameters<typeof fileContent>[1];
const content = (secret: string, how: Partial<Description> = {}) =>
  fileContent(versionOf(secret), { format: 'value', ...how }).toString();

const VALUE = '{"user":"app","password":"it\'s \\"x\\" $y","port":5432,"tls":{"a/b":"deep"}}';

it.each<[string, Partial<Description>, string]>([
  ['the value as it is', {}, VALUE],
  ['a field', { field: 'user' }, 'app'],
  ['a number', { field: 'port' }, '5432'],
  ['an object', { field: 'tls' }, '{"a/b":"deep"}'],
  ['what a pointer leads to', { field: '/tls/a~1b' }, 'deep'],
])('writes %s', (_what, how, expected) => {
  expect(content(VALUE, how)).toBe(expected);
});

it('writes JSON, and an environment file', () => {
  expect(content('{"n":12345678901234567890,"o":{},"a":[1.0]}', { format: 'json' })).toBe(
    '{\n  "n": 12345678901234567890,\n  "o": {},\n  "a": [\n    1.0\n  ]\n}\n',
  );
  expect(content('{"a":{"b":1}}', { format: 'json' })).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n');
  expect(content(VALUE, { format: 'envfile' })).toBe(
    "user='app'\npassword='it'\\''s \"x\" $y'\nport='5432'\ntls='{\"a/b\":\"deep\"}'\n",
  );
});

it('writes bytes', () => {
  const bytes = Buffer.from([0, 1, 255]);
  const version = versionOf('', { secretString: undefined, secretBinary: bytes });
  const written = fileContent(version, { format: 'value' });
  expect(written).toEqual(bytes);
  written.fill(0);
  expect(version.secretBinary).toEqual(Buffer.from([0, 1, 255]));
  expect(() => fileContent(version, { format: 'json' })).toThrow('the value is binary, and must be JSON');
});

it.each<[string, Partial<Description>, string]>([
  ['hidden text', { format: 'json' }, 'the value is not JSON'],
  ['"hidden"', { format: 'envfile' }, 'the value is not a JSON object'],
  ['["hidden"]', { field: '0' }, 'the value is not a JSON object'],
  ['{"a":"hidden"}', { field: 'b' }, 'prod/db#b: the value has no such key'],
  ['{"a":null,"b":"hidden"}', { field: 'a' }, 'prod/db#a: it is null'],
  ['{"a":"hidden"}', { field: 'constructor' }, 'prod/db#constructor: the value has no such key'],
  ['{"a":12345678901234567890}', { field: 'a' }, 'prod/db#a: a number of more than 15 digits is not exact'],
  ['{"a b":"hidden"}', { format: 'envfile' }, 'a key of the value is not the name of a variable'],
  ['{"a":"hidden\\u0000"}', { format: 'envfile' }, 'prod/db#a: the text has a NUL byte'],
])('refuses %s', (secret, how, message) => {
  expect(() => content(secret, how)).toThrow(message);
  expect(message).not.toContain('hidden');
});
