import { createHash } from 'node:crypto';

// MariaDB's plugin ed25519: Ed25519 whose private key is the password itself, of any length, where RFC 8032 takes 32 bytes. So
// what follows from the key (RFC 8032, 5.1.5 and 5.1.6) is done here, and the curve's arithmetic by a library.

const NONCE_BYTES = 32;

const sha512 = (...parts: Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest();

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

const inBytes = (scalar: bigint): Buffer => Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse();

const keyOf = async (password: string) => {
  // The library is an ES module, which the others are not.
  const { ed25519 } = await import('@noble/curves/ed25519.js');
  const order = ed25519.Point.Fn.ORDER;
  const times = (scalar: bigint): Uint8Array => ed25519.Point.BASE.multiply(scalar).toBytes();
  const digest = sha512(Buffer.from(password));
  const head = Buffer.from(digest.subarray(0, 32));
  head[0]! &= 248;
  head[31] = (head[31]! & 63) | 64;
  const scalar = littleEndian(head) % order;
  return { order, times, scalar, prefix: digest.subarray(32), publicKey: times(scalar) };
};

/** The form in which the server stores a password. */
export const ed25519Hash = async (password: string): Promise<string> =>
  Buffer.from((await keyOf(password)).publicKey)
    .toString('base64')
    .replace(/=+$/, '');

/** The answer to the server's challenge. */
export const ed25519Signature = async (password: string, challenge: Uint8Array): Promise<Buffer> => {
  const { order, times, scalar, prefix, publicKey } = await keyOf(password);
  const nonce = challenge.subarray(0, NONCE_BYTES);
  const r = littleEndian(sha512(prefix, nonce)) % order;
  const commitment = times(r);
  const s = (r + (littleEndian(sha512(commitment, publicKey, nonce)) % order) * scalar) % order;
  return Buffer.concat([commitment, inBytes(s)]);
};
