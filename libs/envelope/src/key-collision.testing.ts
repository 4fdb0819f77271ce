import { createCipheriv } from 'node:crypto';
import type { RandomSource } from '@strongroom/random';
import type { CustomerKeyPlace } from './customer-key';
import { encodeAfter, type EncryptionContext } from './encryption-context';
import { KEY_BLOB_FORMATS, keyBlobPrefix } from './key-blob';
import { IV_LENGTH, encrypt } from './primitives';
import { deriveSubkey, overheadOf, sealUnderSubkey } from './subkey';

type Version = 1 | 2;

/** A key blob of a version that is perhaps no longer written. */
export function sealAs(
  version: Version,
  of: { place: CustomerKeyPlace; material: Buffer; plaintext: Buffer; context: EncryptionContext; random: RandomSource },
): Buffer {
  const prefix = prefixOf(version, of.place);
  return sealUnderSubkey(of.material, KEY_BLOB_FORMATS[version]!, prefix, of.plaintext, of.context, of.random);
}

/**
 * What somebody makes who chose two materials and can put both in the same place: a blob whose AES-GCM opens under both, to
 * different plaintexts of 16 bytes. A version that commits to a key gets the commitment to the first.
 *
 * The tag is a polynomial of the ciphertext plus a mask, both of the key. With one block C of ciphertext there is one unknown:
 * C · (H1² + H2²) = rest1 + rest2, in the field of 2^128 elements, where rest is everything in the tag that C is not in.
 */
export function collisionOf(
  version: Version,
  of: { place: CustomerKeyPlace; materials: readonly [Buffer, Buffer]; context: EncryptionContext; nonce: Buffer },
): { blob: Buffer; openings: [Buffer, Buffer] } {
  const format = KEY_BLOB_FORMATS[version]!;
  const sealed = sealAs(version, { ...of, material: of.materials[0], plaintext: BLOCK, random: { bytes: () => of.nonce } });
  const header = sealed.subarray(0, overheadOf(format) - BLOCK.length);
  const bound = encodeAfter(sealed.subarray(0, format.prefixLength + of.nonce.length), of.context);
  const iv = of.nonce.subarray(0, IV_LENGTH);
  const [one, other] = of.materials.map((material) => {
    const { subkey } = deriveSubkey(material, of.nonce, format, bound);
    const h = toField(createCipheriv('aes-256-ecb', subkey, null).update(BLOCK));
    const stream = encrypt(Buffer.alloc(0), subkey, iv, bound, BLOCK).subarray(0, BLOCK.length);
    return { subkey, hh: multiply(h, h), stream, rest: tagOf(subkey, iv, bound, stream) };
  }) as [Side, Side];
  const block = toBlock(divide(one.rest ^ other.rest, one.hh ^ other.hh));
  const openings: [Buffer, Buffer] = [xor(block, one.stream), xor(block, other.stream)];
  return { blob: encrypt(header, one.subkey, iv, bound, openings[0]), openings };
}

interface Side {
  subkey: Buffer;
  hh: bigint;
  stream: Buffer;
  rest: bigint;
}

const BLOCK = Buffer.alloc(16);

function prefixOf(version: Version, place: CustomerKeyPlace): Buffer {
  const prefix = keyBlobPrefix(place);
  prefix[0] = version;
  return prefix;
}

/** The tag of a ciphertext of zeroes only, which is what the plaintext `stream` becomes. */
function tagOf(subkey: Buffer, iv: Buffer, bound: Buffer, stream: Buffer): bigint {
  return toField(encrypt(Buffer.alloc(0), subkey, iv, bound, stream).subarray(BLOCK.length));
}

// GCM's field: the first bit of a block is the coefficient of 1, so bit 127 of the number is, and bit 0 that of x^127.
const REDUCTION = 0xe1n << 120n;
const ONE = 1n << 127n;
const toField = (block: Buffer): bigint => BigInt(`0x${block.toString('hex')}`);
const toBlock = (element: bigint): Buffer => Buffer.from(element.toString(16).padStart(32, '0'), 'hex');
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]!));

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= b;
    b = b & 1n ? (b >> 1n) ^ REDUCTION : b >> 1n;
  }
  return product;
}

/** a / b = a · b^(2^128 - 2): every bit of the exponent is set but the last. */
function divide(a: bigint, b: bigint): bigint {
  let quotient = a;
  let power = b;
  for (let i = 1; i < 128; i++) quotient = multiply(quotient, (power = multiply(power, power)));
  if (b === 0n || multiply(b, quotient) !== multiply(a, ONE)) throw new Error('the field has no such quotient');
  return quotient;
}
