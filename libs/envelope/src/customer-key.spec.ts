import { inspect } from 'node:util';
import { SeededRandom, systemRandom } from '@strongroom/random';
import fc from 'fast-check';
import { CustomerKey, KEY_BLOB_OVERHEAD, RootKey, parseKeyBlob, rootKeyFingerprintOf } from './index';
import { reasonOf, survivors } from './tamper.testing';

const place = { accountId: '000000000000', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab', materialVersion: 7 };
const context = { SecretARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf', SecretVersionId: 'v1' };
const material = new SeededRandom('material').bytes(32);
const keyAt = (at: typeof place) => CustomerKey.generate(at, { bytes: () => Buffer.from(material) });
const key = keyAt(place);
const INVALID = 'InvalidCiphertextException';

describe('key blobs', () => {
  it('open to what was encrypted, whatever it was', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.dictionary(text, text, { maxKeys: 4 }), (plaintext, anyContext) => {
        const blob = key.encrypt(plaintext, anyContext, systemRandom);
        expect(blob.length).toBe(plaintext.length + KEY_BLOB_OVERHEAD);
        expect(key.decrypt(blob, anyContext).equals(plaintext)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('differ for equal plaintexts', () => {
    const blobs = Array.from({ length: 50 }, () => key.encrypt(Buffer.from('same'), context, systemRandom).toString('hex'));
    expect(new Set(blobs).size).toBe(50);
  });

  it('name their key without a key', () => {
    expect(parseKeyBlob(key.encrypt(Buffer.of(), {}, systemRandom))).toEqual({ keyId: place.keyId, materialVersion: 7 });
    const last = { ...place, keyId: 'ffffffff-ffff-ffff-ffff-ffffffffffff', materialVersion: 2 ** 32 - 1 };
    expect(parseKeyBlob(keyAt(last).encrypt(Buffer.of(), {}, systemRandom))).toEqual({
      keyId: last.keyId,
      materialVersion: last.materialVersion,
    });
  });

  it.each([0, 1, 20, 21, 53, 68])('do not parse when only %i bytes are there', (length) => {
    const blob = key.encrypt(Buffer.of(), {}, systemRandom);
    expect(reasonOf(() => parseKeyBlob(blob.subarray(0, length)))).toBe(INVALID);
  });

  it.each([0, 32])('of %i bytes do not open after any flipped bit, cut or extension', (length) => {
    const blob = key.encrypt(systemRandom.bytes(length), context, systemRandom);
    expect(survivors(blob, (bytes) => key.decrypt(bytes, context))).toEqual([]);
    // The header names another key after some flips; the key that it then names refuses it as well.
    expect(survivors(blob, (bytes) => keyAt({ ...place, ...parseKeyBlob(bytes) }).decrypt(bytes, context))).toEqual([]);
  });

  it('do not open under another context, key, version or material', () => {
    const blob = key.encrypt(Buffer.from('x'), context, systemRandom);
    const swapped = { SecretARN: context.SecretVersionId, SecretVersionId: context.SecretARN };
    for (const other of [
      {},
      swapped,
      { ...context, more: '' },
      { SecretARN: context.SecretARN },
      { ...context, SecretVersionId: 'V1' },
    ]) {
      expect(reasonOf(() => key.decrypt(blob, other as Record<string, string>))).toBe(INVALID);
    }
    for (const other of [
      keyAt({ ...place, materialVersion: 8 }),
      keyAt({ ...place, keyId: '1234abcd-12ab-34cd-56ef-1234567890ac' }),
      CustomerKey.generate(place, systemRandom),
    ]) {
      expect(reasonOf(() => other.decrypt(blob, context))).toBe(INVALID);
    }
  });

  it('fail with one message, whatever the reason', () => {
    const blob = key.encrypt(Buffer.from('x'), context, systemRandom);
    const messages = [
      () => key.decrypt(blob, {}),
      () => key.decrypt(blob.subarray(1), context),
      () => key.decrypt(blob.subarray(0, -1), context),
      () => keyAt({ ...place, materialVersion: 8 }).decrypt(blob, context),
      () => parseKeyBlob(Buffer.of()),
    ].map((open) => {
      try {
        open();
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('opened');
    });
    expect(new Set(messages).size).toBe(1);
  });
});

describe('key material at rest', () => {
  const rootKey = RootKey.fromBytes(systemRandom.bytes(32));
  const wrapped = key.wrap(rootKey, systemRandom);

  it('comes back as the same key', () => {
    const blob = key.encrypt(Buffer.from('x'), context, systemRandom);
    expect(CustomerKey.unwrap(rootKey, place, wrapped).decrypt(blob, context).toString()).toBe('x');
    expect(rootKeyFingerprintOf(wrapped)).toBe(rootKey.fingerprint);
  });

  it.each([
    ['account', { ...place, accountId: '000000000001' }],
    ['key', { ...place, keyId: '1234abcd-12ab-34cd-56ef-1234567890ac' }],
    ['material version', { ...place, materialVersion: 8 }],
  ])('does not unwrap as that of another %s', (_what, other) => {
    expect(reasonOf(() => CustomerKey.unwrap(rootKey, other, wrapped))).toBe(INVALID);
  });

  it('says so when it was wrapped by another root key', () => {
    const other = RootKey.fromBytes(systemRandom.bytes(32));
    expect(reasonOf(() => CustomerKey.unwrap(other, place, wrapped))).toBe('WrongRootKeyException');
  });

  it('is not to be seen in print', () => {
    const known = material.toString('hex').slice(0, 12);
    for (const shown of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), `${key as unknown as string}`]) {
      expect(shown).not.toContain(known);
      expect(shown).not.toContain(inspect(material).slice(8, 20));
    }
  });
});

it('has the same material id for the same material of one key, whatever its version', () => {
  const again = CustomerKey.ofMaterial({ ...place, materialVersion: 8 }, Buffer.from(material));
  expect(again.materialId()).toBe(key.materialId());
  expect(key.materialId()).toMatch(/^[0-9a-f]{64}$/);
  expect(CustomerKey.generate(place, systemRandom).materialId()).not.toBe(key.materialId());
  expect(keyAt({ ...place, keyId: '1234abcd-12ab-34cd-56ef-1234567890ac' }).materialId()).not.toBe(key.materialId());
});

it('cannot be used for what it encrypted once it is forgotten', () => {
  const doomed = CustomerKey.generate(place, systemRandom);
  const blob = doomed.encrypt(Buffer.from('x'), {}, systemRandom);
  doomed.forget();
  expect(reasonOf(() => doomed.decrypt(blob, {}))).toBe(INVALID);
});

it('refuses a key id that is not a canonical UUID', () => {
  for (const keyId of ['', 'alias/x', place.keyId.toUpperCase(), place.keyId.slice(1)]) {
    expect(() => keyAt({ ...place, keyId })).toThrow(RangeError);
  }
});
