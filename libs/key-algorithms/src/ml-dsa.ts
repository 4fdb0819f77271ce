import type { RandomSource } from '@strongroom/random';
import { viewOf } from './bytes';
import { KEY_SPECS, type KeySpec } from './key-specs';
import { mlDsaOf } from './lattices';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';

// ML-DSA (FIPS 204) with an empty context. The external μ is what the signer otherwise computes of public key and message.

export function signMlDsa(key: PrivateKey, message: Uint8Array, isMu: boolean, random: RandomSource): Buffer {
  const mlDsa = signerOf(key.spec);
  const extraEntropy = random.bytes(32);
  const signature = isMu
    ? mlDsa.internal.sign(message, key.secretKey(), { extraEntropy, externalMu: true })
    : mlDsa.sign(message, key.secretKey(), { extraEntropy });
  return viewOf(signature);
}

export function verifyMlDsa(key: PublicKey, message: Uint8Array, isMu: boolean, signature: Uint8Array): boolean {
  const mlDsa = signerOf(key.spec);
  if (signature.length !== mlDsa.lengths.signature) return false;
  return isMu
    ? mlDsa.internal.verify(signature, message, key.raw, { externalMu: true })
    : mlDsa.verify(signature, message, key.raw);
}

function signerOf(spec: KeySpec) {
  const { material } = KEY_SPECS[spec];
  if (material.family !== 'ml-dsa') throw new RangeError(`${spec} is not of ML-DSA`);
  return mlDsaOf(material);
}
