import { anywhere } from '@strongroom/egress/testing';
import { systemRandom } from '@strongroom/random';
import { builtInFunctions } from './built-in-functions';
import { adviceFor, faultsOf, requiredFieldsOf } from './required-fields';
import { FakeRotatingSecret } from './shared/fake-rotating-secret.testing';
import { generateKeyPair } from './ssh-key/ssh-key-pair';

const functions = builtInFunctions(anywhere);
/** No step gets as far as a connection. */
const signal = AbortSignal.abort();
const { privateKey } = generateKeyPair('of a test');
const text = { privateKey, engine: 'postgres', host: '127.0.0.1', username: 'app', password: 'p', masterarn: 'master' };

const errorOf = async (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it('knows every built-in function', () => {
  expect(functions.map(({ name }) => name).filter((name) => requiredFieldsOf(name) === undefined)).toEqual([]);
  expect(requiredFieldsOf('of-my-own')).toBeUndefined();
  expect(requiredFieldsOf('toString')).toBeUndefined();
});

it.each(functions.map((fn) => [fn.name, fn] as const))('%s refuses a secret without one of its fields', async (name, fn) => {
  const required = requiredFieldsOf(name)!;
  const whole: Record<string, string> = Object.fromEntries(
    required.fields.map((field) => [
      field,
      field === 'engine' ? required.engines![0]! : (text[field as keyof typeof text] ?? 'x'),
    ]),
  );
  expect(faultsOf(required, JSON.stringify(whole.password === undefined ? { password: 'p', ...whole } : whole))).toEqual([]);
  for (const field of required.fields) {
    const { [field]: _, ...rest } = whole;
    const secret = new FakeRotatingSecret().set('AWSCURRENT', rest);
    const call = { secret, random: systemRandom, signal };
    const errors = [await errorOf(fn.createSecret(call)), await errorOf(fn.testCurrent(call))];
    expect(errors.map((error) => (error as { metadata?: { field?: string } } | undefined)?.metadata?.field)).toContain(field);
    expect(faultsOf(required, JSON.stringify(rest))).toContain(`The field "${field}" must be a string that is not empty.`);
  }
});

it('names what is wrong, and no value', () => {
  const single = requiredFieldsOf('strongroom-mariadb-single-user')!;
  expect(faultsOf(single, JSON.stringify({ ...text, engine: 'oracle-hunter2' }))).toEqual([
    'The field "engine" must be "mysql" or "mariadb" or "aurora-mysql" or "aurora". It names a server, which no built-in function rotates: register a function of your own.',
  ]);
  expect(faultsOf(single, 'hunter2')).toEqual(['The SecretString must be a JSON object.']);
  expect(faultsOf(single, undefined)).toEqual(['The value must be a SecretString.']);
  const password = requiredFieldsOf('strongroom-password')!;
  expect(faultsOf(password, 'hunter2')).toEqual([]);
  expect(faultsOf(password, '{"user": "a"}')).toEqual(['The field "password" must be a string that is not empty.']);
});

it.each([
  ['postgres', 'strongroom-postgres-single-user or strongroom-postgres-alternating-users'],
  ['Aurora-PostgreSQL', 'strongroom-postgres-single-user or strongroom-postgres-alternating-users'],
  ['mysql', 'strongroom-mysql-single-user or strongroom-mysql-alternating-users'],
  ['aurora', 'strongroom-mysql-single-user or strongroom-mysql-alternating-users'],
  ['mariadb', 'strongroom-mariadb-single-user or strongroom-mariadb-alternating-users'],
  ['mongo', 'strongroom-mongodb-user or strongroom-mongodb-alternating-users'],
  ['valkey', 'strongroom-redis-acl-user or strongroom-redis-alternating-users'],
  ['rabbitmq', 'strongroom-rabbitmq-user or strongroom-rabbitmq-alternating-users'],
])('names the functions for the engine %s', (engine, names) => {
  expect(adviceFor(engine)).toBe(`It is "${engine.toLowerCase()}", which ${names} rotates.`);
});

it('says that an engine has no function, and quotes nothing but the name of an engine', () => {
  expect(adviceFor('Oracle')).toBe('It is "oracle", which no built-in function rotates: register a function of your own.');
  expect(adviceFor('hunter2')).not.toContain('hunter2');
});
