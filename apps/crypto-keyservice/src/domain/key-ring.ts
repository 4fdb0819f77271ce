import { CustomerKey, parseKeyBlob, type EncryptionContext, type RootKeySealer } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { requireUsable } from './key-operations';
import type { KeyRecord, WrappedMaterial } from './key-record';
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
    const ciphertextBlob = this.cache.find(record, record.currentMaterial).encrypt(plaintext, context, this.random);
    return { ciphertextBlob, materialId: materialIdOf(record, record.currentMaterial) };
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
    const plaintext = this.cache.find(record, materialVersion).decrypt(blob, context);
    return { plaintext, materialId: materialIdOf(record, materialVersion) };
  }

  held(): string[] {
    return this.cache.held();
  }

  forget(keyId: string): void {
    this.cache.forget(keyId);
  }
}

const materialIdOf = (record: KeyRecord, version: number): string => materialOf(record, version)?.materialId ?? '';
