import { CustomerKey, invalidCiphertext, parseKeyBlob, type EncryptionContext, type RootKey } from '@strongroom/envelope';
import { FairCache } from '@strongroom/fairness';
import type { RandomSource } from '@strongroom/random';
import { requireEnabled, type KeyRecord, type WrappedMaterial } from './key-record';

interface Unwrapped {
  wrapped: Buffer;
  key: CustomerKey;
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
    private readonly rootKey: RootKey,
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

  /** @throws DomainError DisabledException, KMSInvalidStateException */
  encrypt(record: KeyRecord, plaintext: Uint8Array, context: EncryptionContext): Buffer {
    requireEnabled(record);
    return this.material(record, record.currentMaterial).encrypt(plaintext, context, this.random);
  }

  /** A data key of `length` bytes, which the caller must erase, and its encryption. @throws as `encrypt` */
  generateDataKey(record: KeyRecord, length: number, context: EncryptionContext): { plaintext: Buffer; ciphertextBlob: Buffer } {
    const plaintext = this.random.bytes(length);
    return { plaintext, ciphertextBlob: this.encrypt(record, plaintext, context) };
  }

  /** @throws DomainError DisabledException, KMSInvalidStateException, InvalidCiphertextException */
  decrypt(record: KeyRecord, blob: Buffer, context: EncryptionContext): Buffer {
    requireEnabled(record);
    return this.material(record, parseKeyBlob(blob).materialVersion).decrypt(blob, context);
  }

  private material(record: KeyRecord, version: number): CustomerKey {
    const stored = record.materials.find((material) => material.version === version);
    if (!stored) throw invalidCiphertext();
    const id = `${record.keyId}:${version}`;
    const known = this.unwrapped.get(record.accountId, id);
    if (known?.wrapped.equals(stored.wrapped)) return known.key;
    const place = { accountId: record.accountId, keyId: record.keyId, materialVersion: version };
    const key = CustomerKey.unwrap(this.rootKey, place, stored.wrapped);
    this.unwrapped.set(record.accountId, id, { wrapped: stored.wrapped, key });
    return key;
  }
}
