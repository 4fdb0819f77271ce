import { DomainError } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import type { EncryptionContext } from './encryption-context';
import { forget } from './forget';
import { invalidCiphertext } from './invalid-ciphertext';
import { ExpandLabel, KEY_LENGTH, NONCE_LENGTH, TAG_LENGTH, deriveKey } from './primitives';
import { openUnderSubkey, sealUnderSubkey } from './subkey';

const SEALED_VERSION = 1;
const FINGERPRINT_LENGTH = 16;
const PREFIX_LENGTH = 1 + FINGERPRINT_LENGTH;

/** What seals keys and credentials for a database, and opens them: one root key, or all that are in use. */
export interface RootKeySealer {
  /** Of the root key that seals: 32 hex digits. */
  readonly fingerprint: string;
  /** Whether it has the root key with this fingerprint. */
  has(fingerprint: string): boolean;
  /** @internal */
  seal(label: ExpandLabel, plaintext: Uint8Array, context: EncryptionContext, random: RandomSource): Buffer;
  /** @internal */
  open(label: ExpandLabel, sealed: Buffer, context: EncryptionContext): Buffer;
}

/** The top key: it encrypts only other keys, and comes from outside the database. It can be neither printed nor serialised. */
export class RootKey implements RootKeySealer {
  readonly #bytes: Buffer;
  readonly #prefix: Buffer;
  /** 32 hex digits that distinguish root keys and reveal nothing about them. */
  readonly fingerprint: string;

  private constructor(bytes: Buffer) {
    if (bytes.length !== KEY_LENGTH) throw new RangeError(`a root key must have ${KEY_LENGTH} bytes`);
    this.#bytes = bytes;
    const fingerprint = deriveKey(bytes, NO_SALT, FINGERPRINT_LABEL).subarray(0, FINGERPRINT_LENGTH);
    this.fingerprint = fingerprint.toString('hex');
    this.#prefix = Buffer.concat([Buffer.of(SEALED_VERSION), fingerprint]);
  }

  /** Copies the bytes, so the caller can and should erase its own. */
  static fromBytes(bytes: Uint8Array): RootKey {
    // Not Buffer.from, whose buffers share memory with others.
    const copy = Buffer.alloc(bytes.length);
    copy.set(bytes);
    return new RootKey(copy);
  }

  /**
   * Reads the text of a root key file: 32 bytes in base64 (44 characters), with or without a line end after it.
   *
   * @throws RangeError that says what the file must hold, and nothing of what it holds
   */
  static parse(text: string): RootKey {
    const line = text.replace(/\r?\n$/, '');
    if (!BASE64_KEY.test(line)) throw new RangeError('a root key file holds one line: 32 bytes in base64, 44 characters');
    const bytes = Buffer.from(line, 'base64');
    try {
      return RootKey.fromBytes(bytes);
    } finally {
      forget(bytes);
    }
  }

  static generate(random: RandomSource): RootKey {
    return new RootKey(random.bytes(KEY_LENGTH));
  }

  /** The text of a new root key file. */
  static generateFile(random: RandomSource): string {
    return `${random.bytes(KEY_LENGTH).toString('base64')}\n`;
  }

  /** A copy to encrypt for those who may have the key, and to erase then. */
  copyBytes(): Buffer {
    const copy = Buffer.alloc(KEY_LENGTH);
    this.#bytes.copy(copy);
    return copy;
  }

  has(fingerprint: string): boolean {
    return fingerprint === this.fingerprint;
  }

  /** Overwrites the key; it is unusable afterwards. */
  forget(): void {
    forget(this.#bytes);
  }

  /** @internal */
  seal(label: ExpandLabel, plaintext: Uint8Array, context: EncryptionContext, random: RandomSource): Buffer {
    return sealUnderSubkey(this.#bytes, { prefixLength: PREFIX_LENGTH, label }, this.#prefix, plaintext, context, random);
  }

  /** @internal */
  open(label: ExpandLabel, sealed: Buffer, context: EncryptionContext): Buffer {
    if (rootKeyFingerprintOf(sealed) !== this.fingerprint) throw wrongRootKey();
    return openUnderSubkey(this.#bytes, { prefixLength: PREFIX_LENGTH, label }, sealed, context);
  }
}

/** A sealed blob is bound to this: it opens only for the same purpose and in the same context. */
export interface RootKeyBinding {
  /** Names a use of the root key, such as `key-material`; each has its own subkeys. Lower case and hyphens. */
  purpose: string;
  /** The place where the sealed blob is stored, such as account and id of its row. */
  context: EncryptionContext;
}

/** Encrypts a key or a credential for storage in a database; the result has the root key's fingerprint. */
export function sealWithRootKey(
  rootKey: RootKeySealer,
  binding: RootKeyBinding,
  plaintext: Uint8Array,
  random: RandomSource,
): Buffer {
  return rootKey.seal(sealLabel(binding.purpose), plaintext, binding.context, random);
}

/**
 * @throws DomainError WrongRootKeyException when the blob was sealed by another root key, which is for an operator to
 * mend; InvalidCiphertextException for everything else
 */
export function openWithRootKey(rootKey: RootKeySealer, binding: RootKeyBinding, sealed: Buffer): Buffer {
  return rootKey.open(sealLabel(binding.purpose), sealed, binding.context);
}

/**
 * The fingerprint of the root key that a blob says it was sealed by.
 *
 * @throws DomainError InvalidCiphertextException
 */
export function rootKeyFingerprintOf(sealed: Buffer): string {
  if (sealed.length < PREFIX_LENGTH + NONCE_LENGTH + TAG_LENGTH || sealed[0] !== SEALED_VERSION) throw invalidCiphertext();
  return sealed.toString('hex', 1, PREFIX_LENGTH);
}

export function wrongRootKey(): DomainError {
  return new DomainError({
    kind: 'internal',
    reason: 'WrongRootKeyException',
    message: 'The stored key was sealed by another root key than the one configured.',
  });
}

/** A root key is 32 uniform bytes already, so the extraction of its fingerprint needs no salt (RFC 5869, 3.1). */
const NO_SALT = Buffer.alloc(KEY_LENGTH);
const FINGERPRINT_LABEL = new ExpandLabel('strongroom/root-key/fingerprint/v1');
const BASE64_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const PURPOSE = /^[a-z]+(-[a-z]+)*$/;

const labels = new Map<string, ExpandLabel>();

function sealLabel(purpose: string): ExpandLabel {
  let label = labels.get(purpose);
  if (!label) {
    if (!PURPOSE.test(purpose)) throw new RangeError('purpose must be lower-case words joined by hyphens');
    labels.set(purpose, (label = new ExpandLabel(`strongroom/root-key/seal/v1/${purpose}`)));
  }
  return label;
}
