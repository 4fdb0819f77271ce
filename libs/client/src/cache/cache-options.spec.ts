import { FakeSecrets } from '../testing/caches';
import { SecretCache } from './secret-cache';

const wholeFrom = (field: string, least: number, value: number) =>
  `${field} must be a whole number from ${least}; it is ${value}`;

it.each<[object, ErrorConstructor, string]>([
  [{ maxAgeMs: NaN }, RangeError, wholeFrom('maxAgeMs', 0, NaN)],
  [{ maxAgeMs: -1 }, RangeError, wholeFrom('maxAgeMs', 0, -1)],
  [{ maxAgeMs: 1.5 }, RangeError, wholeFrom('maxAgeMs', 0, 1.5)],
  [{ maxAgeMs: Infinity }, RangeError, wholeFrom('maxAgeMs', 0, Infinity)],
  [{ maxAgeMs: '300' }, TypeError, 'maxAgeMs must be a number'],
  [{ graceMs: -5 }, RangeError, wholeFrom('graceMs', 0, -5)],
  [{ graceMs: null }, TypeError, 'graceMs must be a number'],
  [{ maxSecrets: 0 }, RangeError, wholeFrom('maxSecrets', 1, 0)],
  [{ push: 'yes' }, TypeError, 'push must be true or false'],
  [{ maxAge: 1 }, TypeError, 'SecretCache has no option maxAge; it has maxAgeMs, graceMs, maxSecrets, push'],
])('refuses %p', (options, kind, message) => {
  const make = () => new SecretCache(new FakeSecrets(), options);
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});

it('takes undefined for the default', () => {
  expect(() => new SecretCache(new FakeSecrets(), { maxAgeMs: undefined, push: undefined }).close()).not.toThrow();
});

it.each<[unknown, string]>([
  ['', 'secretId must be a text of at least one character'],
  [undefined, 'secret must be a name, an ARN, or an object with secretId'],
  [null, 'secret must be a name, an ARN, or an object with secretId'],
  [{}, 'secretId must be set'],
  [{ secretId: 7 }, 'secretId must be a text of at least one character'],
  [{ secretId: 'db', versionStage: '' }, 'versionStage must be a text of at least one character'],
  [{ secretId: 'db', versionId: 1 }, 'versionId must be a text of at least one character'],
])('refuses the reference %p', async (secret, message) => {
  const secrets = new FakeSecrets();
  const cache = new SecretCache(secrets);
  await expect(cache.get(secret as string)).rejects.toThrow(new TypeError(message));
  await expect(cache.refresh(secret as string)).rejects.toThrow(message);
  expect(() => cache.subscribe(secret as string, () => undefined)).toThrow(message);
  expect(secrets.asked).toEqual([]);
});

it('refuses an age that is none, and a listener that cannot listen', async () => {
  const cache = new SecretCache(new FakeSecrets());
  await expect(cache.get('db', { maxAgeMs: -1 })).rejects.toThrow(new RangeError(wholeFrom('maxAgeMs', 0, -1)));
  expect(() => cache.subscribe('db', 'listener' as never)).toThrow(new TypeError('listener must be a function'));
});
