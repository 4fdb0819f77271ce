import { createPublicKey, type KeyObject } from 'node:crypto';
import { validationFailed } from './key-errors';
import { readPublicKeyInfo } from './key-info';
import { KEY_SPECS, requireSupported, type KeySpec } from './key-specs';
import { isLattice, publicKeyBytes } from './lattices';
import { bitsOf, readRsaPublicKey } from './rsa-numbers';

/** The public half of an asymmetric key. */
export class PublicKey {
  #native: KeyObject | undefined;

  private constructor(
    readonly spec: KeySpec,
    /** DER of SubjectPublicKeyInfo, as GetPublicKey returns it. */
    readonly spki: Buffer,
    /** What the SPKI's bit string holds: a point, or the key of ML-DSA or ML-KEM. */
    readonly raw: Buffer,
  ) {}

  /**
   * Reads a public key, stored or from a stranger.
   *
   * @param spki DER of SubjectPublicKeyInfo; shared with the key, not copied
   * @throws DomainError ValidationException if it is not a public key of this spec; UnsupportedOperationException for SM2
   */
  static fromSpki(spec: KeySpec, spki: Buffer): PublicKey {
    requireSupported(spec);
    try {
      const key = new PublicKey(spec, spki, readPublicKeyInfo(spec, spki));
      key.check();
      return key;
    } catch {
      throw validationFailed(`The public key is not a DER-encoded X.509 public key (SubjectPublicKeyInfo) of key spec ${spec}.`);
    }
  }

  /** @internal */
  keyObject(): KeyObject {
    return (this.#native ??= createPublicKey({ key: this.spki, format: 'der', type: 'spki' }));
  }

  private check(): void {
    const { material } = KEY_SPECS[this.spec];
    const has = (bytes: number) => {
      if (this.raw.length !== bytes) throw new RangeError();
    };
    if (isLattice(material)) return has(publicKeyBytes(material));
    if (material.family === 'ed25519') has(32);
    if (material.family === 'ec') {
      // OpenSSL checks that it is a point of the curve. The one that it must not get to see, at infinity, has one byte.
      const uncompressed = this.raw[0] === 4;
      has(1 + (uncompressed ? 2 : 1) * material.scalarBytes);
    }
    if (material.family === 'rsa' && bitsOf(readRsaPublicKey(this.raw).n) !== material.modulusBits) throw new RangeError();
    this.keyObject();
  }
}
