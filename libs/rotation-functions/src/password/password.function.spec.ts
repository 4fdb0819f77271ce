import { SeededRandom } from '@strongroom/random';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { passwordFunction } from './password.function';

const callOf = (secret: FakeRotatingSecret) => ({ secret, random: new SeededRandom('p'), signal: new AbortController().signal });

const rotate = async (secret: FakeRotatingSecret) => {
  const call = callOf(secret);
  await passwordFunction.createSecret(call);
  await passwordFunction.setSecret(call);
  await passwordFunction.testSecret(call);
  secret.finish();
  await passwordFunction.testCurrent(call);
};
const textOf = async (secret: FakeRotatingSecret) => {
  const value = (await secret.read('AWSCURRENT'))!.value;
  return value.kind === 'string' ? value.text : '';
};

it('replaces a secret that is a password', async () => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', 'old');
  await rotate(secret);
  expect(await textOf(secret)).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z\d])[!-~]{32}$/);
});

it.each(['[1,2]', '7', '"quoted"', 'null', '{no json'])('takes %s for a password', async (text) => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', text);
  await rotate(secret);
  expect(await textOf(secret)).toHaveLength(32);
});

it('gives a password to a secret that has no value yet', async () => {
  const secret = new FakeRotatingSecret();
  await passwordFunction.createSecret(callOf(secret));
  await passwordFunction.testSecret(callOf(secret));
  expect(secret.has('AWSPENDING')).toBe(true);
});

it('follows the rule in the JSON and keeps all other fields', async () => {
  const rule = {
    passwordLength: '12',
    excludeUppercase: true,
    excludeNumbers: true,
    excludePunctuation: 'true',
    excludeCharacters: 'xyz',
  };
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { password: 'old', of: 'cookies', ...rule });
  await rotate(secret);
  const { password, ...rest } = secret.fields('AWSCURRENT');
  expect(password).toMatch(/^[a-w]{12}$/);
  expect(rest).toEqual({ of: 'cookies', ...rule });
});

it('makes the new value once, however often it is told to', async () => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { password: 'old' });
  const call = callOf(secret);
  await passwordFunction.createSecret(call);
  const first = secret.fields('AWSPENDING');
  await passwordFunction.createSecret(call);
  expect(secret.fields('AWSPENDING')).toEqual(first);
});

it.each([
  [{ user: 'app' }, 'The field "password" of AWSCURRENT is required.'],
  [{ password: 'old', passwordLength: 4097 }, 'The field "passwordLength" of AWSCURRENT must be a whole number from 1 to 4096.'],
  [{ password: 'old', passwordLength: 3 }, 'PasswordLength is too short'],
  [{ password: 'old', excludeNumbers: 'perhaps' }, 'The field "excludeNumbers" of AWSCURRENT must be true or false.'],
])('refuses %j', async (fields, message) => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', fields);
  await expect(passwordFunction.createSecret(callOf(secret))).rejects.toThrow(message);
  expect(secret.has('AWSPENDING')).toBe(false);
});

it('refuses a binary value', async () => {
  const secret = new FakeRotatingSecret();
  secret.read = (stage) =>
    Promise.resolve(stage === 'AWSCURRENT' ? { versionId: 'v', value: { kind: 'binary', bytes: Buffer.from('x') } } : undefined);
  await expect(passwordFunction.createSecret(callOf(secret))).rejects.toThrow('must be a SecretString');
});
