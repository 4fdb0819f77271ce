import { invalidCiphertext } from '@strongroom/envelope';
import { constants, publicEncrypt, webcrypto } from 'node:crypto';
import { validationFailed } from './key-errors';
import { maxPlaintextBytes, modulusBytes, requireAlgorithm, type EncryptionAlgorithm } from './key-specs';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';

/**
 * RSA-OAEP (RFC 8017, 7.1) without a label, MGF1 with the same hash.
 *
 * @param plaintext up to `maxPlaintextBytes`
 * @returns as many bytes as the modulus has
 * @throws DomainError InvalidKeyUsageException, ValidationException
 */
export async function encrypt(key: PublicKey, algorithm: EncryptionAlgorithm, plaintext: Uint8Array): Promise<Buffer> {
  requireAlgorithm(key.spec, 'ENCRYPT_DECRYPT', algorithm);
  const limit = maxPlaintextBytes(key.spec, algorithm);
  if (plaintext.length > limit) {
    throw validationFailed(`Plaintext can have at most ${limit} bytes with key spec ${key.spec} and algorithm ${algorithm}.`);
  }
  const oaepHash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256';
  return publicEncrypt({ key: key.keyObject(), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plaintext);
}

/**
 * @returns the plaintext, which the caller erases
 * @throws DomainError InvalidCiphertextException, whatever is wrong with the ciphertext; InvalidKeyUsageException
 */
export async function decrypt(key: PrivateKey, algorithm: EncryptionAlgorithm, ciphertext: Uint8Array): Promise<Buffer> {
  requireAlgorithm(key.spec, 'ENCRYPT_DECRYPT', algorithm);
  // OpenSSL reads fewer bytes as a number with zeroes before it; RFC 8017, 7.1.2 does not.
  if (ciphertext.length !== modulusBytes(key.spec)) throw invalidCiphertext();
  const oaepKey = await key.oaepKey(algorithm === 'RSAES_OAEP_SHA_1' ? 'SHA-1' : 'SHA-256');
  try {
    return Buffer.from(await webcrypto.subtle.decrypt({ name: 'RSA-OAEP' }, oaepKey, ciphertext));
  } catch {
    throw invalidCiphertext();
  }
}
