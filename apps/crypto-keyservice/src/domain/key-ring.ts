import { CustomerKey, invalidCiphertext, parseKeyBlob, type EncryptionContext, type RootKey } from '@strongroom/envelope';
import { FairCache } from '@strongroom/fairness';
import type { RandomSource } from '@strongroom/random';
import { requireEnabled, type KeyRecord, type WrappedMaterial } from './key-record';

interface Unwrapped {
  wrapped: Buffer;
  key: CustomerKey;
}

/**
 * Cryptography under customer keys. Holds key material that was unwrapped before, and nothing else: whether a key may be
 * used is read from its record, each time. Material counts as known only while the record holds the very same wrapped blob.
 */
export class KeyRing {
  private readonly unwrapped: FairCache<Unwrapped>;

  /** @param capacity materials held at the most; of the account that has most, the one used longest ago goes first */
  constructor(
    private readonly rootKey: RootKey,
    private readonly random: RandomSource,
    capacity = 10_000,
  ) {
    // Forgets by overwriting: keys are used in the same turn in which they are looked up, so nobody holds one that goes.
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

  /** A data key of `length` bytes, which the caller forgets, and its encryption. @throws as `encrypt` */
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
