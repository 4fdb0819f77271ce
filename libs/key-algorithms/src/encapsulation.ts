import { forget, invalidCiphertext } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { viewOf } from './bytes';
import { KEY_SPECS, requireAlgorithm, type EncapsulationAlgorithm, type KeySpec } from './key-specs';
import { mlKemOf } from './lattices';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';

export interface Encapsulated {
  /** 32 bytes; the caller erases them. */
  sharedSecret: Buffer;
  /** 768, 1,088 or 1,568 bytes, for ML_KEM_512, 768 and 1024. KMS calls it SharedSecretCiphertextBlob. */
  ciphertext: Buffer;
}

/** @throws DomainError InvalidKeyUsageException */
export async function encapsulate(
  key: PublicKey,
  algorithm: EncapsulationAlgorithm,
  random = systemRandom,
): Promise<Encapsulated> {
  const kem = kemOf(key.spec, algorithm);
  const message = random.bytes(32);
  const { sharedSecret, cipherText } = kem.encapsulate(key.raw, message);
  forget(message);
  return { sharedSecret: viewOf(sharedSecret), ciphertext: viewOf(cipherText) };
}

/**
 * For an altered ciphertext, or one for another key, the secret is a random one: FIPS 203's implicit rejection.
 *
 * @returns 32 bytes; the caller erases them
 * @throws DomainError InvalidCiphertextException for a ciphertext of the wrong length; InvalidKeyUsageException
 */
export async function decapsulate(key: PrivateKey, algorithm: EncapsulationAlgorithm, ciphertext: Uint8Array): Promise<Buffer> {
  const kem = kemOf(key.spec, algorithm);
  if (ciphertext.length !== kem.lengths.cipherText) throw invalidCiphertext();
  return viewOf(kem.decapsulate(ciphertext, key.secretKey()));
}

function kemOf(spec: KeySpec, algorithm: EncapsulationAlgorithm) {
  requireAlgorithm(spec, 'ENCAPSULATE_DECAPSULATE', algorithm);
  const { material } = KEY_SPECS[spec];
  if (material.family !== 'ml-kem') throw new RangeError(`${spec} does not encapsulate`);
  return mlKemOf(material);
}
