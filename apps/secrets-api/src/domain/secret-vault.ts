import { forget, openSecretValue, sealSecretValue, type SecretPlace, type SecretValue } from '@strongroom/envelope';
import { accessDenied, isDomainError, type DomainError } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import type { DataKeys, DataKeyUse } from './data-keys.port';
import type { SealedValue } from './secret';
import { decryptionFailure, encryptionFailure } from './secret-errors';

/** The user of a key, the deadline, and a callback for the key that was used. */
export interface KeyScope extends Pick<DataKeyUse, 'caller' | 'accountId' | 'deadline'> {
  usedKey(keyArn: string): void;
}

/** Seals and opens values, each with its own data key, which is erased at once. */
export class SecretVault {
  constructor(
    private readonly dataKeys: DataKeys,
    private readonly random: RandomSource,
  ) {}

  /** @throws EncryptionFailure, AccessDeniedException if the caller may not use the key, or ServiceUnavailableException */
  async seal(keyId: string, place: SecretPlace, value: SecretValue, scope: KeyScope): Promise<SealedValue> {
    const key = await this.generate(keyId, place, scope);
    try {
      return {
        wrappedDataKey: key.wrapped,
        ciphertext: sealSecretValue(key.plaintext, place, value, this.random),
        kmsKeyArn: key.keyArn,
      };
    } finally {
      forget(key.plaintext);
    }
  }

  /** @throws DecryptionFailure, AccessDeniedException if the caller may not use the key, or ServiceUnavailableException */
  async open(sealed: SealedValue, place: SecretPlace, scope: KeyScope): Promise<SecretValue> {
    scope.usedKey(sealed.kmsKeyArn);
    const key = await this.dataKeys.decrypt(sealed.wrappedDataKey, useOf(place, scope)).catch(asKeyFailure(decryptionFailure));
    try {
      return openSecretValue(key.plaintext, place, sealed.ciphertext);
    } catch (error) {
      throw decryptionFailure(error);
    } finally {
      forget(key.plaintext);
    }
  }

  /** Seals the same value for another place or with another key. @throws as `open` and `seal` */
  async reseal(sealed: SealedValue, from: SecretPlace, to: SecretPlace, keyId: string, scope: KeyScope): Promise<SealedValue> {
    const value = await this.open(sealed, from, scope);
    try {
      return await this.seal(keyId, to, value, scope);
    } finally {
      if (value.kind === 'binary') value.bytes.fill(0);
    }
  }

  /**
   * Finds the key of a key id, and checks that the caller may seal with it, if there is nothing to seal yet. Returns the key's
   * ARN; throws as `seal`.
   */
  async resolveKey(keyId: string, place: SecretPlace, scope: KeyScope): Promise<string> {
    const key = await this.generate(keyId, place, scope);
    forget(key.plaintext);
    return key.keyArn;
  }

  private async generate(keyId: string, place: SecretPlace, scope: KeyScope) {
    const key = await this.dataKeys.generate(keyId, useOf(place, scope)).catch(asKeyFailure(encryptionFailure));
    scope.usedKey(key.keyArn);
    return key;
  }
}

const useOf = (place: SecretPlace, { caller, accountId, deadline }: KeyScope): DataKeyUse => ({
  caller,
  accountId,
  deadline,
  place,
});

/** A retry may help, or the key was not the cause. */
const PASSED_ON: ReadonlySet<DomainError['kind']> = new Set([
  'unavailable',
  'deadline-exceeded',
  'cancelled',
  'resource-exhausted',
  // The caller's credential was revoked between our check and the key service's.
  'unauthenticated',
]);

/**
 * The key service's error as Secrets Manager's: if the key is disabled, absent, pending deletion or not the value's key, the
 * operation fails; a caller without kms permission is denied.
 */
const asKeyFailure =
  (failure: (cause: unknown) => DomainError) =>
  (error: unknown): never => {
    if (!isDomainError(error) || PASSED_ON.has(error.kind) || error.kind === 'internal') throw error;
    if (error.kind === 'permission-denied') throw accessDenied('Access to KMS is not allowed', { cause: error });
    throw failure(error);
  };
