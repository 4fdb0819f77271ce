import { systemRandom } from '@strongroom/random';
import { openWithRootKey, RootKey, RootKeys, rootKeyFingerprintOf, sealWithRootKey } from './index';
import { reasonOf } from './tamper.testing';

const binding = { purpose: 'test', context: { id: '1' } };
const seal = (by: RootKey | RootKeys) => sealWithRootKey(by, binding, Buffer.from('x'), systemRandom);
const made = () => [RootKey.generate(systemRandom), RootKey.generate(systemRandom)] as const;

it('seals with the current root key, and opens with the one that sealed', () => {
  const [old, next] = made();
  const keys = new RootKeys(old);
  const before = seal(keys);
  keys.add(next);
  expect([keys.fingerprint, rootKeyFingerprintOf(seal(keys))]).toEqual([old.fingerprint, old.fingerprint]);
  expect(openWithRootKey(keys, binding, seal(next)).toString()).toBe('x');
  keys.use(next.fingerprint);
  expect([keys.fingerprint, rootKeyFingerprintOf(seal(keys))]).toEqual([next.fingerprint, next.fingerprint]);
  expect(openWithRootKey(keys, binding, before).toString()).toBe('x');
});

it('tells of a root key that it does not have, and asks the caller to try again', () => {
  const [mine, other] = made();
  const keys = new RootKeys(mine);
  const unknown: string[] = [];
  keys.onUnknown = (fingerprint) => unknown.push(fingerprint);
  expect(reasonOf(() => openWithRootKey(keys, binding, seal(other)))).toBe('ServiceUnavailableException');
  expect(unknown).toEqual([other.fingerprint]);
  expect(() => keys.use(other.fingerprint)).toThrow(RangeError);
});

it('erases a root key that it drops, and never the current one', () => {
  const [old, next] = made();
  const keys = new RootKeys(old);
  keys.add(next);
  keys.use(next.fingerprint);
  const sealed = seal(old);
  keys.drop(old.fingerprint);
  expect(keys.fingerprints).toEqual([next.fingerprint]);
  expect(old.copyBytes().every((byte) => byte === 0)).toBe(true);
  expect(reasonOf(() => openWithRootKey(keys, binding, sealed))).toBe('ServiceUnavailableException');
  expect(() => keys.drop(next.fingerprint)).toThrow(RangeError);
});
