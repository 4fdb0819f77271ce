import type { EncryptionContext } from '@strongroom/envelope';
import * as algorithms from '@strongroom/key-algorithms';
import type { EncryptionAlgorithm } from '@strongroom/key-algorithms';
import { validationFailed } from '../domain/key-errors';
import type { Encrypted } from '../domain/key-ring';
import type { KeyRecord } from '../domain/key-record';
import { SYMMETRIC_DEFAULT } from '../domain/limits';
import type { Dependencies } from './dependencies';

/** Only symmetric ciphertexts are bound to an encryption context. @throws DomainError ValidationException */
function requireNoContext(context: EncryptionContext): void {
  if (Object.keys(context).length === 0) return;
  throw validationFailed('EncryptionContext is supported for symmetric encryption keys only.');
}

export async function encryptWith(
  d: Dependencies,
  key: KeyRecord,
  algorithm: EncryptionAlgorithm,
  plaintext: Buffer,
  context: EncryptionContext,
): Promise<Encrypted> {
  if (algorithm === SYMMETRIC_DEFAULT) return d.ring.encrypt(key, plaintext, context);
  requireNoContext(context);
  return { ciphertextBlob: await algorithms.encrypt(d.pairs.publicKey(key), algorithm, plaintext), materialId: '' };
}

/** The caller erases the plaintext. */
export async function decryptWith(
  d: Dependencies,
  key: KeyRecord,
  algorithm: EncryptionAlgorithm,
  blob: Buffer,
  context: EncryptionContext,
): Promise<{ plaintext: Buffer; materialId: string }> {
  if (algorithm === SYMMETRIC_DEFAULT) return d.ring.decrypt(key, blob, context);
  requireNoContext(context);
  return { plaintext: await algorithms.decrypt(d.pairs.privateKey(key), algorithm, blob), materialId: '' };
}
