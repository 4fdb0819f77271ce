import type { RandomSource } from '@strongroom/random';
import type { EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { KEY_BLOB_FORMAT, keyBlobFormatOf, keyBlobPrefix, namesKeyOf } from './key-blob';
import { keyMaterialIdOf } from './key-material-id';
import { KEY_LENGTH } from './primitives';
import { openWithRootKey, sealWithRootKey, type RootKeyBinding, type RootKeySealer } from './root-key';
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
  #materialId: string | undefined;

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

  /**
   * A key of material from outside.
   *
   * @param material 32 bytes, which the key takes over
   */
  static ofMaterial(place: CustomerKeyPlace, material: Buffer): CustomerKey {
    return new CustomerKey(place, material);
  }

  /** @throws DomainError WrongRootKeyException, InvalidCiphertextException */
  static unwrap(rootKey: RootKeySealer, place: CustomerKeyPlace, wrapped: Buffer): CustomerKey {
    return new CustomerKey(place, openWithRootKey(rootKey, materialBinding(place), wrapped));
  }

  /** `keyMaterialIdOf` its key id and material. */
  materialId(): string {
    return (this.#materialId ??= keyMaterialIdOf(this.place, this.#material));
  }

  /** The material as it is stored: sealed by the root key, bound to its place. */
  wrap(rootKey: RootKeySealer, random: RandomSource): Buffer {
    return sealWithRootKey(rootKey, materialBinding(this.place), this.#material, random);
  }

  /** A key blob (KMS: CiphertextBlob), `KEY_BLOB_OVERHEAD` bytes longer than the plaintext, that opens under this key only. */
  encrypt(plaintext: Uint8Array, context: EncryptionContext, random: RandomSource): Buffer {
    return sealUnderSubkey(this.#material, KEY_BLOB_FORMAT, this.#prefix, plaintext, context, random);
  }

  /** @throws DomainError InvalidCiphertextException, also for a blob of another key or material version */
  decrypt(blob: Buffer, context: EncryptionContext): Buffer {
    const format = keyBlobFormatOf(blob);
    if (!namesKeyOf(blob, this.#prefix)) throw invalidCiphertext();
    return openUnderSubkey(this.#material, format, blob, context);
  }

  /** Overwrites the material; the key is unusable afterwards. */
  forget(): void {
    forget(this.#material);
  }
}

/**
 * What sealed key material is bound to.
 * @param spec of a key that is not symmetric: its material does not open as that of another kind
 */
export const materialBinding = (place: CustomerKeyPlace, spec = SYMMETRIC_DEFAULT): RootKeyBinding => ({
  purpose: 'key-material',
  context: {
    AccountId: place.accountId,
    KeyId: place.keyId,
    MaterialVersion: String(place.materialVersion),
    ...(spec !== SYMMETRIC_DEFAULT && { KeySpec: spec }),
  },
});

const SYMMETRIC_DEFAULT: string = 'SYMMETRIC_DEFAULT';
