import { diffieHellman } from 'node:crypto';
import { requireAlgorithm, type KeyAgreementAlgorithm } from './key-specs';
import type { PrivateKey } from './private-key';
import { PublicKey } from './public-key';

/**
 * ECDH as SP 800-56A has it: the x-coordinate of the shared point.
 *
 * @param peer DER of the peer's SubjectPublicKeyInfo
 * @returns as many bytes as a coordinate has: 32, 48 or 66; the caller erases it
 * @throws DomainError ValidationException if the peer's key is not a point of the key's curve; InvalidKeyUsageException
 */
export function deriveSharedSecret(key: PrivateKey, algorithm: KeyAgreementAlgorithm, peer: Buffer): Buffer {
  requireAlgorithm(key.spec, 'KEY_AGREEMENT', algorithm);
  const publicKey = PublicKey.fromSpki(key.spec, peer);
  return diffieHellman({ privateKey: key.keyObject(), publicKey: publicKey.keyObject() });
}
