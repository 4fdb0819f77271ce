import { forget } from '@strongroom/envelope';
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { invalidMac } from './key-errors';
import { KEY_SPECS, requireAlgorithm, type KeySpec, type MacAlgorithm } from './key-specs';
import { requireMessage } from './message';

/** The key of an HMAC KMS key, in memory. It can be neither printed nor serialised. */
export class MacKey {
  #key: KeyObject | undefined;

  private constructor(
    readonly spec: KeySpec,
    key: KeyObject,
  ) {
    this.#key = key;
  }

  /** @param material copied, so the caller can and should erase it. @throws RangeError if it is not of this spec */
  static fromMaterial(spec: KeySpec, material: Buffer): MacKey {
    const { material: kind } = KEY_SPECS[spec];
    if (kind.family !== 'hmac' || material.length !== kind.bytes) throw new RangeError(`the material is not of key spec ${spec}`);
    return new MacKey(spec, createSecretKey(material));
  }

  /** The key is unusable afterwards. */
  forget(): void {
    this.#key = undefined;
  }

  /** @internal */
  keyObject(): KeyObject {
    if (!this.#key) throw new Error(`the key (${this.spec}) was forgotten`);
    return this.#key;
  }
}

/**
 * @param message up to `MAX_MESSAGE_BYTES`
 * @returns as many bytes as the hash has
 * @throws DomainError InvalidKeyUsageException, ValidationException
 */
export function generateMac(key: MacKey, algorithm: MacAlgorithm, message: Uint8Array): Buffer {
  requireAlgorithm(key.spec, 'GENERATE_VERIFY_MAC', algorithm);
  requireMessage(message);
  return createHmac(algorithm.replace('HMAC_SHA_', 'sha'), key.keyObject()).update(message).digest();
}

/** Takes the same time wherever the MAC differs. @throws DomainError KMSInvalidMacException, and as `generateMac` */
export function verifyMac(key: MacKey, algorithm: MacAlgorithm, message: Uint8Array, mac: Uint8Array): void {
  const right = generateMac(key, algorithm, message);
  const same = mac.length === right.length && timingSafeEqual(mac, right);
  forget(right);
  if (!same) throw invalidMac();
}
