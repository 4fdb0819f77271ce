import { checkPrime } from 'node:crypto';
import { DerReader, MalformedDer, SEQUENCE, der, derInteger } from './der';

/** RSAPrivateKey of RFC 8017, A.1.2, with two primes. */
export interface RsaNumbers {
  n: bigint;
  e: bigint;
  d: bigint;
  p: bigint;
  q: bigint;
  /** d mod (p - 1) */
  dp: bigint;
  /** d mod (q - 1) */
  dq: bigint;
  /** q⁻¹ mod p */
  qInv: bigint;
}

const ORDER = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qInv'] as const;

/** RSAPublicKey of RFC 8017, A.1.1. @throws MalformedDer */
export function readRsaPublicKey(bytes: Buffer): Pick<RsaNumbers, 'n' | 'e'> {
  const outer = new DerReader(bytes);
  const reader = new DerReader(outer.read(SEQUENCE));
  outer.end();
  const numbers = { n: reader.readInteger(), e: reader.readInteger() };
  reader.end();
  return numbers;
}

/** @throws MalformedDer */
export function readRsaPrivateKey(bytes: Buffer): RsaNumbers {
  const outer = new DerReader(bytes);
  const reader = new DerReader(outer.read(SEQUENCE));
  outer.end();
  if (reader.readInteger() !== 0n) throw new MalformedDer();
  const numbers = Object.fromEntries(ORDER.map((name) => [name, reader.readInteger()])) as unknown as RsaNumbers;
  reader.end();
  return numbers;
}

export function writeRsaPrivateKey(numbers: RsaNumbers): Buffer {
  return der(SEQUENCE, derInteger(0n), ...ORDER.map((name) => derInteger(numbers[name])));
}

export function writeRsaPublicKey({ n, e }: RsaNumbers): Buffer {
  return der(SEQUENCE, derInteger(n), derInteger(e));
}

/**
 * Whether the numbers are a key of this size: FIPS 186-5's sizes of e and of the primes, and SP 800-56B's check of a key pair.
 * With a number that does not fit the others, a signature would give the key away.
 */
export async function isRsaKey({ n, e, d, p, q, dp, dq, qInv }: RsaNumbers, modulusBits: number): Promise<boolean> {
  const fits =
    bitsOf(n) === modulusBits &&
    e % 2n === 1n &&
    e > 1n << 16n &&
    bitsOf(e) <= 256 &&
    bitsOf(p) === modulusBits / 2 &&
    bitsOf(q) === modulusBits / 2 &&
    p * q === n &&
    d < n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    qInv < p &&
    (qInv * q) % p === 1n;
  return fits && (await isPrime(p)) && (await isPrime(q));
}

/** In a thread of libuv's. */
const isPrime = (candidate: bigint) =>
  new Promise<boolean>((resolve, reject) => checkPrime(candidate, (error, prime) => (error ? reject(error) : resolve(prime))));
export const bitsOf = (value: bigint) => value.toString(2).length;
