import { forget } from '@strongroom/envelope';
import { createPrivateKey, createPublicKey, webcrypto, type KeyObject } from 'node:crypto';
import { DerReader } from './der';
import { readPrivateKeyInfo, writePublicKeyInfo } from './key-info';
import { KEY_SPECS, isAsymmetric, requireSupported, type KeySpec } from './key-specs';
import { SEED, expandSeed, isLattice, seedBytes, type ExpandedKey } from './lattices';
import { PublicKey } from './public-key';

type Held = { native: KeyObject; oaep: Map<string, Promise<webcrypto.CryptoKey>> } | { expanded: ExpandedKey };

/**
 * The private key of an asymmetric KMS key, in memory: made once from its material, used many times. It can be neither printed
 * nor serialised. OpenSSL holds the keys of RSA and elliptic curves, outside of JavaScript's heap, and overwrites them when they
 * are collected.
 */
export class PrivateKey {
  #held: Held | undefined;
  #publicKey: PublicKey | undefined;

  private constructor(
    readonly spec: KeySpec,
    held: Held,
  ) {
    this.#held = held;
  }

  /**
   * @param material what `generateMaterial` or `parseMaterial` gave as `privateMaterial`; the caller can and should erase it
   * @throws RangeError or MalformedDer if it is not material of this spec, which has a public key
   */
  static fromMaterial(spec: KeySpec, material: Buffer): PrivateKey {
    requireSupported(spec);
    const { material: kind } = KEY_SPECS[spec];
    if (!isAsymmetric(spec)) throw new RangeError(`${spec} has no private key`);
    const { privateKey } = readPrivateKeyInfo(spec, material);
    if (isLattice(kind)) {
      const seed = new DerReader(privateKey).read(SEED);
      if (seed.length !== seedBytes(kind)) throw new RangeError(`the material is not of key spec ${spec}`);
      return new PrivateKey(spec, { expanded: expandSeed(kind, seed) });
    }
    const native = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' });
    if (kind.family === 'rsa' && native.asymmetricKeyDetails?.modulusLength !== kind.modulusBits) {
      throw new RangeError(`the material is not of key spec ${spec}`);
    }
    return new PrivateKey(spec, { native, oaep: new Map() });
  }

  /** Derived when it is first asked for, which takes longer than to make the private key. */
  get publicKey(): PublicKey {
    return (this.#publicKey ??= PublicKey.fromSpki(this.spec, this.spki()));
  }

  /** The key is unusable afterwards. What was computed with it goes on. */
  forget(): void {
    if (this.#held && 'expanded' in this.#held) forget(this.#held.expanded.secretKey);
    this.#held = undefined;
  }

  /** @internal */
  keyObject(): KeyObject {
    return this.nativeKey().native;
  }

  /** @internal The secret key of ML-DSA or ML-KEM, as FIPS 203 and 204 encode it. */
  secretKey(): Uint8Array {
    if (!this.#held || !('expanded' in this.#held)) throw unusable(this.spec);
    return this.#held.expanded.secretKey;
  }

  /**
   * @internal The key for Web Crypto, whose RSA-OAEP works in libuv's threads; `crypto.privateDecrypt` holds the event loop up.
   */
  async oaepKey(hash: 'SHA-1' | 'SHA-256'): Promise<webcrypto.CryptoKey> {
    const { native, oaep } = this.nativeKey();
    let key = oaep.get(hash);
    if (!key) {
      const pkcs8 = native.export({ format: 'der', type: 'pkcs8' });
      key = webcrypto.subtle
        .importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash }, false, ['decrypt'])
        .finally(() => forget(pkcs8));
      oaep.set(hash, key);
    }
    return key;
  }

  /** @internal A copy of the scalar of an elliptic curve, or of Ed25519's seed; the caller erases it. */
  scalar(): Buffer {
    const { material } = KEY_SPECS[this.spec];
    const native = this.keyObject();
    if (material.family === 'ed25519') return lastBytes(native.export({ format: 'der', type: 'pkcs8' }), 32);
    if (material.family === 'ec') {
      // ECPrivateKey (RFC 5915): a header of 2 or 3 bytes, the version in 3, the octet string's header in 2, the scalar.
      const sec1 = native.export({ format: 'der', type: 'sec1' });
      const start = (sec1[1]! > 0x7f ? 3 : 2) + 5;
      const scalar = Buffer.alloc(material.scalarBytes);
      sec1.copy(scalar, 0, start);
      forget(sec1);
      return scalar;
    }
    throw new RangeError(`${this.spec} has no scalar`);
  }

  private spki(): Buffer {
    if (!this.#held) throw unusable(this.spec);
    if ('expanded' in this.#held) return writePublicKeyInfo(this.spec, this.#held.expanded.publicKey);
    return createPublicKey(this.#held.native).export({ format: 'der', type: 'spki' });
  }

  private nativeKey() {
    if (!this.#held || !('native' in this.#held)) throw unusable(this.spec);
    return this.#held;
  }
}

const unusable = (spec: KeySpec) => new Error(`the private key (${spec}) was forgotten, or is of another family`);

function lastBytes(der: Buffer, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  der.copy(bytes, 0, der.length - count);
  forget(der);
  return bytes;
}
