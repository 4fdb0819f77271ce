import { serviceUnavailable } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import type { EncryptionContext } from './encryption-context';
import type { ExpandLabel } from './primitives';
import { rootKeyFingerprintOf, type RootKey, type RootKeySealer } from './root-key';

/**
 * The root keys in use. The current one seals; each opens what it sealed. While the root key rotates there are two, and the set
 * changes under those who hold it.
 */
export class RootKeys implements RootKeySealer {
  readonly #byFingerprint = new Map<string, RootKey>();
  #current: RootKey;
  /** Told of a fingerprint that is not here: another process may have rotated the root key. */
  onUnknown: (fingerprint: string) => void = () => undefined;

  constructor(current: RootKey) {
    this.#current = current;
    this.add(current);
  }

  get current(): RootKey {
    return this.#current;
  }

  get fingerprint(): string {
    return this.#current.fingerprint;
  }

  /** Of all of them. */
  get fingerprints(): string[] {
    return [...this.#byFingerprint.keys()];
  }

  has(fingerprint: string): boolean {
    return this.#byFingerprint.has(fingerprint);
  }

  find(fingerprint: string): RootKey | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /** Adds a root key that opens; it does not seal before `use`. */
  add(rootKey: RootKey): void {
    if (!this.#byFingerprint.has(rootKey.fingerprint)) this.#byFingerprint.set(rootKey.fingerprint, rootKey);
  }

  /** From now on this root key seals. @throws RangeError when it was not added */
  use(fingerprint: string): void {
    const rootKey = this.find(fingerprint);
    if (!rootKey) throw new RangeError(`there is no root key with the fingerprint ${fingerprint}`);
    this.#current = rootKey;
  }

  /** Erases a root key. @throws RangeError for the current one */
  drop(fingerprint: string): void {
    if (fingerprint === this.#current.fingerprint) throw new RangeError('the current root key cannot be dropped');
    this.find(fingerprint)?.forget();
    this.#byFingerprint.delete(fingerprint);
  }

  /** @internal */
  seal(label: ExpandLabel, plaintext: Uint8Array, context: EncryptionContext, random: RandomSource): Buffer {
    return this.#current.seal(label, plaintext, context, random);
  }

  /** @internal */
  open(label: ExpandLabel, sealed: Buffer, context: EncryptionContext): Buffer {
    const fingerprint = rootKeyFingerprintOf(sealed);
    const rootKey = this.find(fingerprint);
    if (rootKey) return rootKey.open(label, sealed, context);
    this.onUnknown(fingerprint);
    // Another process has the new root key already; this one will have it before the caller has tried again.
    throw serviceUnavailable('the root key has been rotated, and this process does not have the new one yet');
  }
}
