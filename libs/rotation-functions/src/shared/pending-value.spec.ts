import { SeededRandom } from '@strongroom/random';
import { FakeRotatingSecret } from './fake-rotating-secret.testing';
import { createPendingValue, generatePassword } from './pending-value';

const callOf = (secret: FakeRotatingSecret) => ({ secret, random: new SeededRandom('p'), signal: new AbortController().signal });

it('makes passwords of 32 characters with every type and without what shells and URLs trip over', () => {
  const random = new SeededRandom('passwords');
  for (let i = 0; i < 200; i++) {
    const password = generatePassword(random, { exclude: ';' });
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z\d])[!-~]{32}$/);
    expect(password).not.toMatch(/[/@"'\\;]/);
  }
  expect(generatePassword(random, { length: 12, withoutPunctuation: true })).toMatch(/^[A-Za-z\d]{12}$/);
});

it('makes the pending value of the current one, once', async () => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { username: 'app', password: 'old' });
  const call = callOf(secret);
  const make = jest.fn((current: { with(changes: object): never }) => current.with({ password: generatePassword(call.random) }));
  await createPendingValue(call, make as never);
  const first = secret.fields('AWSPENDING');
  await createPendingValue(call, make as never);
  expect(secret.fields('AWSPENDING')).toEqual(first);
  expect(first).toMatchObject({ username: 'app' });
  expect(make).toHaveBeenCalledTimes(1);
});

it('keeps the value of another call that came first', async () => {
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { password: 'old' });
  await createPendingValue(callOf(secret), (current) => {
    secret.set('AWSPENDING', { password: 'of the other call' });
    return current.with({ password: 'of this call' });
  });
  expect(secret.fields('AWSPENDING')).toEqual({ password: 'of the other call' });
});
