import { ManualClock } from '@strongroom/clock';
import { CustomerKey, RootKey } from '@strongroom/envelope';
import { SeededRandom, systemRandom } from '@strongroom/random';
import { withMaterial } from './in-memory-keys.testing';
import { KeyFactory } from './key-factory';
import type { KeyRecord } from './key-record';
import { KeyPairs } from './key-pairs';
import { KeyRing } from './key-ring';

const random = new SeededRandom('key ring');
const rootKey = RootKey.fromBytes(random.bytes(32));
const context = { purpose: 'test' };

function setUp(capacity?: number) {
  const ring = new KeyRing(rootKey, random, capacity);
  const factory = new KeyFactory(ring, new KeyPairs(rootKey, random), random, new ManualClock(), 'us-east-1');
  const make = (): KeyRecord =>
    withMaterial(ring, factory.make({ accountId: '000000000000', manager: 'CUSTOMER', description: '', policy: '{}', tags: {} }));
  return { ring, make };
}
const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

it('decrypts what it encrypted', () => {
  const { ring, make } = setUp();
  const key = make();
  const { plaintext, ciphertextBlob } = ring.generateDataKey(key, 32, context);
  expect(plaintext).toHaveLength(32);
  expect(ring.decrypt(key, ciphertextBlob, context).plaintext.equals(plaintext)).toBe(true);
  // Another process, which has only the record and the root key.
  expect(setUp().ring.decrypt(key, ciphertextBlob, context).plaintext.equals(plaintext)).toBe(true);
});

it('uses a key only while its record says that it is enabled, also when its material is known', () => {
  const { ring, make } = setUp();
  const key = make();
  const blob = ring.encrypt(key, Buffer.from('x'), context).ciphertextBlob;
  const disabled: KeyRecord = { ...key, state: 'Disabled' };
  expect(reasonOf(() => ring.encrypt(disabled, Buffer.from('x'), context))).toBe('DisabledException');
  expect(reasonOf(() => ring.decrypt(disabled, blob, context))).toBe('DisabledException');
  expect(reasonOf(() => ring.decrypt({ ...key, state: 'PendingDeletion' }, blob, context))).toBe('KMSInvalidStateException');
  expect(ring.decrypt(key, blob, context).plaintext.toString()).toBe('x');
});

it('opens with old material and encrypts with the current one', () => {
  const { ring, make } = setUp();
  const key = make();
  const old = ring.encrypt(key, Buffer.from('old'), context).ciphertextBlob;
  const place = { accountId: key.accountId, keyId: key.keyId, materialVersion: 2 };
  const second = { version: 2, wrapped: CustomerKey.generate(place, systemRandom).wrap(rootKey, systemRandom) };
  const rotated: KeyRecord = { ...key, currentMaterial: 2, materials: [...key.materials, second] };
  expect(ring.decrypt(rotated, old, context).plaintext.toString()).toBe('old');
  const fresh = ring.encrypt(rotated, Buffer.from('new'), context).ciphertextBlob;
  expect(ring.decrypt(rotated, fresh, context).plaintext.toString()).toBe('new');
  expect(reasonOf(() => ring.decrypt(key, fresh, context))).toBe('InvalidCiphertextException');
});

it('does not rely on material that the record no longer holds', () => {
  const { ring, make } = setUp();
  const key = make();
  const blob = ring.encrypt(key, Buffer.from('x'), context).ciphertextBlob;
  const place = { accountId: key.accountId, keyId: key.keyId, materialVersion: 1 };
  const replaced = CustomerKey.generate(place, systemRandom).wrap(rootKey, systemRandom);
  const tampered: KeyRecord = { ...key, materials: [{ version: 1, wrapped: replaced }] };
  expect(reasonOf(() => ring.decrypt(tampered, blob, context))).toBe('InvalidCiphertextException');
  const moved: KeyRecord = { ...make(), materials: key.materials };
  expect(reasonOf(() => ring.encrypt(moved, Buffer.from('x'), context))).toBe('InvalidCiphertextException');
});

it('works past its capacity', () => {
  const { ring, make } = setUp(2);
  const keys = [make(), make(), make()];
  const blobs = keys.map((key) => ring.encrypt(key, Buffer.from(key.keyId), context).ciphertextBlob);
  for (const round of [0, 1]) {
    keys.forEach((key, i) =>
      expect([round, ring.decrypt(key, blobs[i]!, context).plaintext.toString()]).toEqual([round, key.keyId]),
    );
  }
});
