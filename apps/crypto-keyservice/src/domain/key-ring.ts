import { CustomerKey, invalidCiphertext, parseKeyBlob, type EncryptionContext, type RootKeySealer } from '@strongroom/envelope';
import { FairCache } from '@strongroom/fairness';
import type { RandomSource } from '@strongroom/random';
import { requireUsable } from './key-operations';
import type { KeyRecord, WrappedMaterial } from './key-record';

interface Unwrapped {
  wrapped: Buffer;
  key: CustomerKey;
  /** KMS's KeyMaterialId. */
  materialId: string;
}

interface Encrypted {
  ciphertextBlob: Buffer;
  /** KMS's KeyMaterialId of the material that encrypted. */
  materialId: string;
}

/**
 * Cryptography with customer keys. Holds only key material that was unwrapped before. Whether a key may be used is read from its
 * record each time. Material counts as known only while the record holds exactly the same wrapped blob.
 */
export class KeyRing {
  private readonly unwrapped: FairCache<Unwrapped>;

  /**
   * @param capacity the most materials to hold; beyond it, the least recently used one of the account that has most is dropped
   */
  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    capacity = 10_000,
  ) {
    // Overwrites a dropped key. This is safe because keys are used in the turn in which they are looked up, so nobody holds a
    // dropped one.
    this.unwrapped = new FairCache({ capacity, gone: ({ key }) => key.forget() });
  }

  /** The first material of a new key. */
  newMaterial(accountId: string, keyId: string): WrappedMaterial {
    const key = CustomerKey.generate({ accountId, keyId, materialVersion: 1 }, this.random);
    const wrapped = key.wrap(this.rootKey, this.random);
    key.forget();
    return { version: 1, wrapped };
  }

  /** @throws DomainError DisabledException, KMSInvalidStateException, InvalidKeyUsageException */
  encrypt(record: KeyRecord, plaintext: Uint8Array, context: EncryptionContext): Encrypted {
    requireUsable('Encrypt', record);
    const { key, materialId } = this.material(record, record.currentMaterial);
    return { ciphertextBlob: key.encrypt(plaintext, context, this.random), materialId };
  }

  /** A data key of `length` bytes, which the caller must erase, and its encryption. @throws as `encrypt` */
  generateDataKey(record: KeyRecord, length: number, context: EncryptionContext): Encrypted & { plaintext: Buffer } {
    const plaintext = this.random.bytes(length);
    return { plaintext, ...this.encrypt(record, plaintext, context) };
  }

  /** @throws DomainError as `encrypt`, InvalidCiphertextException */
  decrypt(record: KeyRecord, blob: Buffer, context: EncryptionContext): { plaintext: Buffer; materialId: string } {
    requireUsable('Decrypt', record);
    const { key, materialId } = this.material(record, parseKeyBlob(blob).materialVersion);
    return { plaintext: key.decrypt(blob, context), materialId };
  }

  /** The keys of which it holds material. */
  held(): string[] {
    return [...new Set([...this.unwrapped.keys()].map(([, id]) => id.slice(0, id.indexOf(':'))))];
  }

  /** Erases all material of the key from memory. */
  forget(keyId: string): void {
    for (const [owner, id] of [...this.unwrapped.keys()]) if (id.startsWith(`${keyId}:`)) this.unwrapped.delete(owner, id);
  }

  private material(record: KeyRecord, version: number): Unwrapped {
    const stored = record.materials.find((material) => material.version === version);
    if (!stored?.wrapped) throw invalidCiphertext();
    const id = `${record.keyId}:${version}`;
    const known = this.unwrapped.get(record.accountId, id);
    if (known?.wrapped.equals(stored.wrapped)) return known;
    const place = { accountId: record.accountId, keyId: record.keyId, materialVersion: version };
    const key = CustomerKey.unwrap(this.rootKey, place, stored.wrapped);
    const unwrapped = { wrapped: stored.wrapped, key, materialId: stored.materialId ?? '' };
    this.unwrapped.set(record.accountId, id, unwrapped);
    return unwrapped;
  }
}
