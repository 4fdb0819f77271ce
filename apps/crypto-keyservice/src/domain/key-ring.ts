import { CustomerKey, invalidCiphertext, parseKeyBlob, type EncryptionContext, type RootKeySealer } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { requireUsable } from './key-operations';
import { isSymmetric, type KeyRecord, type WrappedMaterial } from './key-record';
import { MaterialCache, materialOf } from './material-cache';

const CAPACITY = 10_000;

export interface Encrypted {
  ciphertextBlob: Buffer;
  /** KMS's KeyMaterialId of the material that encrypted. */
  materialId: string;
}

/**
 * Cryptography with symmetric encryption keys. Whether a key may be used is read from its record each time.
 */
export class KeyRing {
  private readonly cache: MaterialCache<CustomerKey>;

  /** @param capacity the most materials to hold in memory */
  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    capacity = CAPACITY,
  ) {
    this.cache = new MaterialCache((_, place, wrapped) => CustomerKey.unwrap(rootKey, place, wrapped), capacity);
  }

  /** @param version 1 for a new key */
  newMaterial({ accountId, keyId }: Pick<KeyRecord, 'accountId' | 'keyId'>, version = 1): WrappedMaterial {
    const key = CustomerKey.generate({ accountId, keyId, materialVersion: version }, this.random);
    const material = { version, wrapped: key.wrap(this.rootKey, this.random), materialId: key.materialId() };
    key.forget();
    return material;
  }

  /**
   * KMS's KeyMaterialId; '' for a key without ids, or without such material. It follows from material that was made before ids
   * were stored.
   */
  materialIdOf(record: KeyRecord, version = record.currentMaterial): string {
    const material = materialOf(record, version);
    if (!isSymmetric(record) || !material) return '';
    return material.materialId ?? (material.wrapped ? this.cache.find(record, version).materialId() : '');
  }

  /** @throws DomainError DisabledException, KMSInvalidStateException, InvalidKeyUsageException */
  encrypt(record: KeyRecord, plaintext: Uint8Array, context: EncryptionContext): Encrypted {
    requireUsable('Encrypt', record);
    const ciphertextBlob = this.cache.find(record, record.currentMaterial).encrypt(plaintext, context, this.random);
    return { ciphertextBlob, materialId: this.materialIdOf(record) };
  }

  /** A data key of `length` bytes, which the caller must erase, and its encryption. @throws as `encrypt` */
  generateDataKey(record: KeyRecord, length: number, context: EncryptionContext): Encrypted & { plaintext: Buffer } {
    const plaintext = this.random.bytes(length);
    return { plaintext, ...this.encrypt(record, plaintext, context) };
  }

  /** @throws DomainError as `encrypt`, InvalidCiphertextException */
  decrypt(record: KeyRecord, blob: Buffer, context: EncryptionContext): { plaintext: Buffer; materialId: string } {
    requireUsable('Decrypt', record);
    const { materialVersion } = parseKeyBlob(blob);
    // What waits for its rotation has encrypted nothing.
    if (materialVersion > record.currentMaterial) throw invalidCiphertext();
    const plaintext = this.cache.find(record, materialVersion).decrypt(blob, context);
    return { plaintext, materialId: this.materialIdOf(record, materialVersion) };
  }

  held(): string[] {
    return this.cache.held();
  }

  forget(keyId: string): void {
    this.cache.forget(keyId);
  }
}
