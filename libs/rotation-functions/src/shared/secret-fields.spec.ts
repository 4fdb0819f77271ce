import { FakeRotatingSecret } from './fake-rotating-secret.testing';
import { readMasterFields, requireFields, SecretFields } from './secret-fields';

const of = (fields: object) => SecretFields.parse({ kind: 'string', text: JSON.stringify(fields) }, 'AWSCURRENT');
const SECRET = 'hunter-2-never-shown';

it.each([
  ['text that is no JSON', `${SECRET}{`],
  ['an array', `["${SECRET}"]`],
  ['a string', `"${SECRET}"`],
  ['null', 'null'],
])('refuses %s and does not quote it', (_, text) => {
  const parse = () => SecretFields.parse({ kind: 'string', text }, 'AWSCURRENT');
  expect(parse).toThrow('The SecretString of AWSCURRENT must be a JSON object.');
  expect(parse).not.toThrow(SECRET);
});

it('refuses a binary value', () => {
  expect(() => SecretFields.parse({ kind: 'binary', bytes: Buffer.from('{}') }, 'AWSPENDING')).toThrow(
    'SecretString of AWSPENDING',
  );
});

it.each([
  ['text', {}, (f: SecretFields) => f.text('x'), 'The field "x" of AWSCURRENT is required.'],
  ['text', { x: null }, (f: SecretFields) => f.text('x'), 'The field "x" of AWSCURRENT is required.'],
  ['text', { x: 7 }, (f: SecretFields) => f.text('x'), 'The field "x" of AWSCURRENT must be a string that is not empty.'],
  ['text', { x: '' }, (f: SecretFields) => f.text('x'), 'The field "x" of AWSCURRENT must be a string that is not empty.'],
  ['word', { x: SECRET }, (f: SecretFields) => f.word('x', ['a', 'b']), 'The field "x" of AWSCURRENT must be "a" or "b".'],
  ['port', { x: 0 }, (f: SecretFields) => f.port('x', 1), 'must be a whole number from 1 to 65535'],
  ['port', { x: '65536' }, (f: SecretFields) => f.port('x', 1), 'must be a whole number from 1 to 65535'],
  ['port', { x: '12a' }, (f: SecretFields) => f.port('x', 1), 'must be a whole number from 1 to 65535'],
  ['port', { x: 1.5 }, (f: SecretFields) => f.port('x', 1), 'must be a whole number from 1 to 65535'],
  ['flag', { x: 'yes' }, (f: SecretFields) => f.flag('x'), 'must be true or false'],
])('%s of %j names the field and the rule', (_, fields, read, message) => {
  const attempt = () => read(of(fields));
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow(SECRET);
  expect(attempt).toThrow(expect.objectContaining({ kind: 'failed-precondition', metadata: { field: 'x' } }) as Error);
});

it('reads what AWS writes', () => {
  const fields = of({ engine: 'MySQL', port: '3307', ssl: 'false', username: 'app' });
  expect(fields.word('engine', ['mysql'])).toBe('mysql');
  expect(fields.port('port', 3306)).toBe(3307);
  expect(fields.port('absent', 3306)).toBe(3306);
  expect(fields.flag('ssl')).toBe(false);
  expect(fields.flag('absent')).toBeUndefined();
});

it('carries over every field that is not replaced', () => {
  const value = of({ password: 'old', extra: { deep: [1, null] } }).with({ password: 'new' });
  expect(value).toEqual({ kind: 'string', text: '{"password":"new","extra":{"deep":[1,null]}}' });
});

it('says which version is missing, and of which secret a field is', async () => {
  const secret = new FakeRotatingSecret();
  await expect(requireFields(secret, 'AWSPENDING')).rejects.toThrow('The secret has no AWSPENDING version with a value.');
  await expect(readMasterFields(secret, of({}))).rejects.toThrow('The field "masterarn" of AWSCURRENT is required.');
  secret.setMaster('m', '[]');
  await expect(readMasterFields(secret, of({ masterarn: 'm' }))).rejects.toThrow(
    "SecretString of the superuser's secret (masterarn)",
  );
});
