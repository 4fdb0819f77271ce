import type { RandomSource } from '@strongroom/random';
import { constants, createHash, privateEncrypt, publicDecrypt } from 'node:crypto';
import { modulusBytes } from './key-specs';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';
import type { Hash, HashingScheme } from './signing-schemes';

// RSA signatures of a digest (RFC 8017, 8 and 9), because Node hashes whatever it is given to sign. OpenSSL computes with the
// key; only the padding is made here.

export function signRsaDigest(key: PrivateKey, scheme: HashingScheme, digest: Uint8Array, random: RandomSource): Buffer {
  const bytes = modulusBytes(key.spec);
  const encoded =
    scheme.name === 'pss'
      ? encodePss(scheme.hash, digest, random.bytes(scheme.hash.bytes), bytes)
      : encodePkcs1(scheme.hash, digest, bytes);
  return privateEncrypt({ key: key.keyObject(), padding: constants.RSA_NO_PADDING }, encoded);
}

/** @param signature as long as the modulus */
export function verifyRsaDigest(key: PublicKey, scheme: HashingScheme, digest: Uint8Array, signature: Uint8Array): boolean {
  const bytes = modulusBytes(key.spec);
  let encoded: Buffer;
  try {
    encoded = publicDecrypt({ key: key.keyObject(), padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    // The signature is not smaller than the modulus.
    return false;
  }
  // What the encoding must be is made anew and compared as a whole: nothing in it is parsed, so nothing can hide in it.
  if (scheme.name === 'pkcs1') return encoded.equals(encodePkcs1(scheme.hash, digest, bytes));
  return encoded.equals(encodePss(scheme.hash, digest, saltOf(scheme.hash, encoded), bytes));
}

/** DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
const DIGEST_INFO: Record<Hash['name'], Buffer> = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
};

/** EMSA-PKCS1-v1_5 (RFC 8017, 9.2). */
function encodePkcs1(hash: Hash, digest: Uint8Array, bytes: number): Buffer {
  const info = DIGEST_INFO[hash.name];
  const padding = Buffer.alloc(bytes - 3 - info.length - hash.bytes, 0xff);
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info, digest]);
}

/** EMSA-PSS (RFC 8017, 9.1.1) with a salt as long as the hash, and MGF1 with the same hash. */
function encodePss(hash: Hash, digest: Uint8Array, salt: Uint8Array, bytes: number): Buffer {
  const seed = createHash(hash.name).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const block = Buffer.alloc(bytes - hash.bytes - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  return Buffer.concat([masked(hash, block, seed), seed, Buffer.of(0xbc)]);
}

/** The salt of an encoding, if it is one. */
function saltOf(hash: Hash, encoded: Buffer): Buffer {
  const end = encoded.length - hash.bytes - 1;
  const block = masked(hash, encoded.subarray(0, end), encoded.subarray(end, -1));
  return block.subarray(end - hash.bytes);
}

/** `block` under MGF1's mask (RFC 8017, B.2.1), but for its first bit: an encoding has one bit less than the modulus. */
function masked(hash: Hash, block: Uint8Array, seed: Uint8Array): Buffer {
  const counter = Buffer.alloc(4);
  const mask: Buffer[] = [];
  for (let made = 0; made < block.length; made += hash.bytes) {
    counter.writeUInt32BE(mask.length);
    mask.push(createHash(hash.name).update(seed).update(counter).digest());
  }
  const bits = Buffer.concat(mask);
  const result = Buffer.from(block.map((byte, i) => byte ^ bits[i]!));
  result[0]! &= 0x7f;
  return result;
}
