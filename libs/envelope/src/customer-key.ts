import type { RandomSource } from '@strongroom/random';
import type { EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { KEY_BLOB_PREFIX_LENGTH, keyBlobPrefix } from './key-blob';
import { ExpandLabel, KEY_LENGTH } from './primitives';
import { openWithRootKey, sealWithRootKey, type RootKey, type RootKeyBinding } from './root-key';
import { openUnderSubkey, sealUnderSubkey } from './subkey';

/** Identifies key material; material stored under one place does not open under another. */
export interface CustomerKeyPlace {
  /** 12 digits. */
  accountId: string;
  /** UUID, lower case. */
  keyId: string;
  /** 1 for a key's first material; increases by one with each rotation. */
  materialVersion: number;
}

/** One version of a customer key's material, in memory. It can be neither printed nor serialised. */
export class CustomerKey {
  readonly #material: Buffer;
  readonly #prefix: Buffer;

  private constructor(
    readonly place: CustomerKeyPlace,
    material: Buffer,
  ) {
    if (material.length !== KEY_LENGTH) throw new RangeError(`key material must have ${KEY_LENGTH} bytes`);
    this.#material = material;
    this.#prefix = keyBlobPrefix(place);
  }

  static generate(place: CustomerKeyPlace, random: RandomSource): CustomerKey {
    return new CustomerKey(place, random.bytes(KEY_LENGTH));
  }

  /** @throws DomainError WrongRootKeyException, InvalidCiphertextException */
  static unwrap(rootKey: RootKey, place: CustomerKeyPlace, wrapped: Buffer): CustomerKey {
    return new CustomerKey(place, openWithRootKey(rootKey, materialBinding(place), wrapped));
  }

  /** The material as it is stored: sealed by the root key, bound to its place. */
  wrap(rootKey: RootKey, random: RandomSource): Buffer {
    return sealWithRootKey(rootKey, materialBinding(this.place), this.#material, random);
  }

  /** A key blob (KMS: CiphertextBlob), `KEY_BLOB_OVERHEAD` bytes longer than the plaintext. */
  encrypt(plaintext: Uint8Array, context: EncryptionContext, random: RandomSource): Buffer {
    return sealUnderSubkey(this.#material, KEY_BLOB_LABEL, this.#prefix, plaintext, context, random);
  }

  /** @throws DomainError InvalidCiphertextException, also for a blob of another key or material version */
  decrypt(blob: Buffer, context: EncryptionContext): Buffer {
    if (blob.length < KEY_BLOB_PREFIX_LENGTH || blob.compare(this.#prefix, 0, undefined, 0, KEY_BLOB_PREFIX_LENGTH) !== 0) {
      throw invalidCiphertext();
    }
    return openUnderSubkey(this.#material, KEY_BLOB_LABEL, KEY_BLOB_PREFIX_LENGTH, blob, context);
  }

  /** Overwrites the material; the key is unusable afterwards. */
  forget(): void {
    forget(this.#material);
  }
}

const KEY_BLOB_LABEL = new ExpandLabel('strongroom/key-blob/v1');

const materialBinding = (place: CustomerKeyPlace): RootKeyBinding => ({
  purpose: 'key-material',
  context: { AccountId: place.accountId, KeyId: place.keyId, MaterialVersion: String(place.materialVersion) },
});
