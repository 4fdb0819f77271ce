import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { forget } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { KEY_SPECS, type KeySpec } from './key-specs';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';

// ECDSA signatures of a digest, because Node hashes whatever it is given to sign.

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521, secp256k1 };

/** OpenSSL's rules: the digest as it is, s as it comes. */
const RULES = { prehash: false, lowS: false, format: 'der' } as const;

/** The nonce is that of RFC 6979 with fresh randomness added (3.6), so neither a bad generator nor a fault gives the key away. */
export function signCurveDigest(key: PrivateKey, digest: Uint8Array, random: RandomSource): Buffer {
  const scalar = key.scalar();
  try {
    const signature = curveOf(key.spec).sign(digest, scalar, { ...RULES, extraEntropy: random.bytes(scalar.length) });
    return Buffer.from(signature);
  } finally {
    forget(scalar);
  }
}

export function verifyCurveDigest(key: PublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return curveOf(key.spec).verify(signature, digest, key.raw, RULES);
  } catch {
    // The signature is not DER.
    return false;
  }
}

function curveOf(spec: KeySpec) {
  const { material } = KEY_SPECS[spec];
  if (material.family !== 'ec') throw new RangeError(`${spec} is not of an elliptic curve`);
  return CURVES[material.curve];
}
