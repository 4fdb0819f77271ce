import { auditOf } from '@strongroom/audit-trail';
import { parseKeyBlob } from '@strongroom/envelope';
import { incorrectKey, validationFailed } from '../domain/key-errors';
import { requireUsable } from '../domain/key-operations';
import type { KeyRecord } from '../domain/key-record';
import { findKey, targetOf } from '../domain/key-target';
import { requireCiphertext, requireEncryptionAlgorithm, SYMMETRIC_DEFAULT } from '../domain/limits';
import type { Dependencies } from './dependencies';
import type { KeyUse } from './key-access';
import { keyFor, scopeOf, type KeyCall } from './key-call';

/** What a request wants to have decrypted. */
export interface Source {
  blob: Buffer;
  /** The key that it names. */
  keyId?: string | undefined;
  /** The algorithm that it names, or ''. */
  algorithm: string;
  use: KeyUse;
  dryRun: boolean;
  dryRunModifiers: readonly string[];
}

/**
 * Finds the key of a ciphertext, authorises, and records it in the audit event: a symmetric ciphertext names its key itself; for
 * an asymmetric one the request must.
 * @throws DomainError as `keyFor`, `KeyAccess.requireForCiphertext`; ValidationException, InvalidCiphertextException,
 * IncorrectKeyException
 */
export async function keyOfCiphertext(
  d: Dependencies,
  call: KeyCall,
  operation: 'Decrypt' | 'ReEncryptFrom',
  source: Source,
): Promise<KeyRecord> {
  const { keyId, algorithm, use } = source;
  if (ignoresCiphertext(source)) {
    if (!keyId) throw validationFailed('KeyId is required when DryRunModifiers has IGNORE_CIPHERTEXT.');
    return keyFor(d, call, operation, keyId, use);
  }
  const blob = requireCiphertext(source.blob);
  if (algorithm !== '' && algorithm !== SYMMETRIC_DEFAULT) {
    if (!keyId) throw validationFailed('KeyId is required to decrypt with an asymmetric key.');
    const key = await keyFor(d, call, operation, keyId, use);
    requireEncryptionAlgorithm(algorithm, key);
    return key;
  }
  return keyOfBlob(d, call, operation, blob, source);
}

async function keyOfBlob(
  d: Dependencies,
  call: KeyCall,
  operation: 'Decrypt' | 'ReEncryptFrom',
  blob: Buffer,
  { keyId, use }: Source,
): Promise<KeyRecord> {
  const named = keyId === undefined ? undefined : targetOf(operation, keyId, scopeOf(d, call));
  const { keyId: wanted, materialVersion } = parseKeyBlob(blob);
  const found = await d.keys.byId(wanted, materialVersion);
  if (found?.accountId === call.caller.accountId) auditOf(call).resource(found.arn, 'AWS::KMS::Key');
  const key = await d.access.requireForCiphertext(call, operation, found, use, named);
  auditOf(call).account(key.accountId);
  auditOf(call).resource(key.arn, 'AWS::KMS::Key');
  // A key that does not exist is also not the right one; the error does not say which of the two it is.
  if (named && (await findKey(d.keys, named))?.keyId !== key.keyId) {
    throw incorrectKey('The key ID in the request does not identify a CMK that can perform this operation.');
  }
  requireUsable(operation, key);
  return key;
}

const IGNORE_CIPHERTEXT = 'IGNORE_CIPHERTEXT';

function ignoresCiphertext({ dryRun, dryRunModifiers }: Source): boolean {
  const unknown = dryRunModifiers.find((modifier) => modifier !== IGNORE_CIPHERTEXT);
  if (unknown !== undefined) throw validationFailed(`DryRunModifiers may have ${IGNORE_CIPHERTEXT} and nothing else.`);
  if (dryRunModifiers.length === 0) return false;
  if (!dryRun) throw validationFailed('DryRunModifiers are for dry runs: set DryRun.');
  return true;
}
