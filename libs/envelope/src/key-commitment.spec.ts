import { systemRandom } from '@strongroom/random';
import fc from 'fast-check';
import { encodeAfter, type EncryptionContext } from './encryption-context';
import { CustomerKey } from './index';
import { KEY_BLOB_FORMAT } from './key-blob';
import { collisionOf, sealAs } from './key-collision.testing';
import { IV_LENGTH, decrypt, encrypt } from './primitives';
import { deriveSubkey } from './subkey';
import { reasonOf, survivors } from './tamper.testing';

const place = { accountId: '000000000000', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab', materialVersion: 7 };
const context = { SecretARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf', SecretVersionId: 'v1' };
const keyOf = (material: Buffer) => CustomerKey.generate(place, { bytes: () => Buffer.from(material) });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const twoMaterials = fc.tuple(bytes32, bytes32).filter(([a, b]) => !a.equals(b));
const INVALID = 'InvalidCiphertextException';

/** Where a blob of version 2 has what. */
const NONCE = 21;
const COMMITMENT = 53;
const CIPHERTEXT = 85;
const nonceOf = (blob: Buffer) => blob.subarray(NONCE, COMMITMENT);
const ivOf = (blob: Buffer) => nonceOf(blob).subarray(0, IV_LENGTH);
const boundOf = (blob: Buffer, to: EncryptionContext) => encodeAfter(blob.subarray(0, COMMITMENT), to);
/** In `to`, the context that the blob was made for. */
const subkeyOf = (blob: Buffer, material: Buffer, to: EncryptionContext) =>
  deriveSubkey(material, nonceOf(blob), KEY_BLOB_FORMAT, boundOf(blob, to)).subkey;
const openedByGcm = (blob: Buffer, material: Buffer, to: EncryptionContext) =>
  decrypt(blob.subarray(CIPHERTEXT), subkeyOf(blob, material, to), ivOf(blob), boundOf(blob, to));

describe('a blob made for two materials of one key', () => {
  it('opens under both in version 1, to different plaintexts', () => {
    fc.assert(
      fc.property(twoMaterials, bytes32, (materials, nonce) => {
        const { blob, openings } = collisionOf(1, { place, context, materials, nonce });
        expect(materials.map((material) => keyOf(material).decrypt(blob, context))).toEqual(openings);
        expect(openings[0]).not.toEqual(openings[1]);
      }),
      { numRuns: 20 },
    );
  });

  it('opens in version 2 only under the one that it commits to, although AES-GCM opens it under both', () => {
    fc.assert(
      fc.property(twoMaterials, bytes32, (materials, nonce) => {
        const { blob, openings } = collisionOf(2, { place, context, materials, nonce });
        expect(materials.map((material) => openedByGcm(blob, material, context))).toEqual(openings);
        expect(keyOf(materials[0]).decrypt(blob, context)).toEqual(openings[0]);
        expect(reasonOf(() => keyOf(materials[1]).decrypt(blob, context))).toBe(INVALID);
      }),
      { numRuns: 20 },
    );
  });
});

it('lets a blob open in one encryption context only, even if it has the right tag for another', () => {
  const material = systemRandom.bytes(32);
  const other = { ...context, SecretVersionId: 'v2' };
  const made = keyOf(material).encrypt(Buffer.from('x'), context, systemRandom);
  // Whoever knows the material can do this.
  const tagged = encrypt(
    made.subarray(0, CIPHERTEXT),
    subkeyOf(made, material, other),
    ivOf(made),
    boundOf(made, other),
    Buffer.from('x'),
  );
  expect(openedByGcm(tagged, material, other).toString()).toBe('x');
  for (const offered of [context, other]) expect(reasonOf(() => keyOf(material).decrypt(tagged, offered))).toBe(INVALID);
});

describe('blobs of version 1', () => {
  const material = systemRandom.bytes(32);
  const blob = sealAs(1, { place, material, plaintext: Buffer.from('from before'), context, random: systemRandom });

  it('still open', () => {
    expect(keyOf(material).decrypt(blob, context).toString()).toBe('from before');
  });

  it('do not open after any flipped bit, cut or extension, so none passes for version 2', () => {
    expect(survivors(blob, (bytes) => keyOf(material).decrypt(bytes, context))).toEqual([]);
  });
});
