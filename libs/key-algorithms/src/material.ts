import { forget } from '@strongroom/envelope';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { generateKeyPair } from 'node:crypto';
import { writePrivateKeyInfo, writePublicKeyInfo } from './key-info';
import { KEY_SPECS, requireSupported, type DataKeyPairSpec, type KeySpec } from './key-specs';
import { SEED, expandSeed, seedBytes, type LatticeKind } from './lattices';
import { der } from './der';

export interface KeyMaterial {
  /**
   * Symmetric and HMAC keys: the bytes themselves. Asymmetric keys: DER of PrivateKeyInfo (PKCS #8, RFC 5958), where ML-DSA and
   * ML-KEM have nothing but the seed (RFC 9881, 9935). Whoever holds it erases it.
   */
  privateMaterial: Buffer;
  /** DER of SubjectPublicKeyInfo; absent for symmetric and HMAC keys. */
  publicKey?: Buffer;
}

export interface DataKeyPair {
  /** DER of PrivateKeyInfo, which the caller erases. */
  privateKey: Buffer;
  /** DER of SubjectPublicKeyInfo. */
  publicKey: Buffer;
}

/**
 * New material. RSA takes some hundred milliseconds of a thread of libuv's, not of the event loop.
 *
 * @param random for all but RSA and elliptic curves, whose keys OpenSSL generates
 * @throws DomainError UnsupportedOperationException for SM2
 */
export async function generateMaterial(spec: KeySpec, random: RandomSource = systemRandom): Promise<KeyMaterial> {
  requireSupported(spec);
  const { material: kind } = KEY_SPECS[spec];
  switch (kind.family) {
    case 'symmetric':
    case 'hmac':
      return { privateMaterial: random.bytes(kind.bytes) };
    case 'rsa':
      return opensslPair((done) => generateKeyPair('rsa', { modulusLength: kind.modulusBits, ...ENCODINGS }, done));
    case 'ec':
      return opensslPair((done) => generateKeyPair('ec', { namedCurve: kind.curve, ...ENCODINGS }, done));
    case 'ed25519':
      return opensslPair((done) => generateKeyPair('ed25519', ENCODINGS, done));
    case 'ml-dsa':
    case 'ml-kem':
      return latticeMaterial(spec, kind, random.bytes(seedBytes(kind)));
    case 'sm2':
      throw new RangeError('SM2 is not supported');
  }
}

/** @throws DomainError UnsupportedOperationException for SM2 */
export async function generateDataKeyPair(spec: DataKeyPairSpec, random: RandomSource = systemRandom): Promise<DataKeyPair> {
  const { privateMaterial, publicKey } = await generateMaterial(spec, random);
  return { privateKey: privateMaterial, publicKey: publicKey! };
}

/** The material that follows from a seed, which is erased. */
export function latticeMaterial(spec: KeySpec, kind: LatticeKind, seed: Buffer): KeyMaterial {
  const { secretKey, publicKey } = expandSeed(kind, seed);
  const choice = der(SEED, seed);
  const privateMaterial = writePrivateKeyInfo(spec, choice);
  forget(secretKey, choice, seed);
  return { privateMaterial, publicKey: writePublicKeyInfo(spec, publicKey) };
}

const ENCODINGS = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
} as const;

function opensslPair(start: (done: (error: Error | null, publicKey: Buffer, privateKey: Buffer) => void) => void) {
  return new Promise<KeyMaterial>((resolve, reject) =>
    start((error, publicKey, privateMaterial) => (error ? reject(error) : resolve({ privateMaterial, publicKey }))),
  );
}
