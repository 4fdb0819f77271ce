import { ManualClock } from '@strongroom/clock';
import { RootKey } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import { DefaultKeys, SECRETS_MANAGER_ALIAS } from './default-keys';
import { InMemoryKeys } from './in-memory-keys.testing';
import { KeyFactory } from './key-factory';
import { KeyPairs } from './key-pairs';
import { KeyRing } from './key-ring';

function process(keys: InMemoryKeys, seed: string, recordCreation = () => Promise.resolve()) {
  const random = new SeededRandom(seed);
  const rootKey = RootKey.fromBytes(new SeededRandom('root').bytes(32));
  const ring = new KeyRing(rootKey, random);
  const factory = new KeyFactory(ring, new KeyPairs(rootKey, random), random, new ManualClock(), 'us-east-1');
  return new DefaultKeys(keys, keys, factory, 'us-east-1', recordCreation);
}

it('makes the key at first and finds it later', async () => {
  const keys = new InMemoryKeys();
  const made = await process(keys, 'a').of('000000000000');
  expect(made).toMatchObject({ manager: 'AWS', state: 'Enabled', accountId: '000000000000' });
  expect(await process(keys, 'b').of('000000000000')).toEqual(made);
  expect(await keys.byAlias('000000000000', SECRETS_MANAGER_ALIAS)).toEqual(made);
});

it('makes one key for an account, whoever asks at the same time', async () => {
  const keys = new InMemoryKeys();
  const processes = ['a', 'b', 'c'].map((seed) => process(keys, seed));
  const found = await Promise.all(processes.flatMap((defaults) => [defaults.of('000000000000'), defaults.of('000000000000')]));
  expect(new Set(found.map((key) => key.keyId)).size).toBe(1);
  expect(keys.keys.size).toBe(1);
});

it('makes a key of its own for each account', async () => {
  const keys = new InMemoryKeys();
  const defaults = process(keys, 'a');
  const [a, b] = await Promise.all([defaults.of('000000000000'), defaults.of('111111111111')]);
  expect(a.keyId).not.toBe(b.keyId);
});

it('makes no key that the audit trail does not know of, and tries again next time', async () => {
  const keys = new InMemoryKeys();
  let journalIsAway = true;
  const defaults = process(keys, 'a', () => (journalIsAway ? Promise.reject(new Error('away')) : Promise.resolve()));
  await expect(defaults.of('000000000000')).rejects.toThrow('away');
  expect(keys.keys.size).toBe(0);
  journalIsAway = false;
  await expect(defaults.of('000000000000')).resolves.toMatchObject({ manager: 'AWS' });
});
