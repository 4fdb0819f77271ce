import { createDecipheriv } from 'node:crypto';
import { forget, invalidCiphertext } from '@strongroom/envelope';
import { PrivateKey, decrypt, modulusBytes } from '@strongroom/key-algorithms';
import { isThroughAes, oaepOf, type Wrapping } from './wrapping';

/** The private key of a wrapping key pair, in memory, and the one algorithm that it may be used with. */
export class WrappingKey {
  readonly #key: PrivateKey;

  /** @param pkcs8 copied, so the caller can and should erase it */
  constructor(
    readonly wrapping: Wrapping,
    pkcs8: Buffer,
  ) {
    this.#key = PrivateKey.fromMaterial(wrapping.wrappingKeySpec, pkcs8);
  }

  /**
   * What somebody encrypted with the public key: RSAES-OAEP (RFC 8017, MGF1 with the same hash), or the RSAES-OAEP of an AES-256
   * key, followed by the material under AES-KWP (RFC 5649).
   *
   * @param encrypted KMS's EncryptedKeyMaterial
   * @returns the material, of any length, which the caller checks and erases
   * @throws DomainError InvalidCiphertextException, whatever is wrong
   */
  async unwrap(encrypted: Buffer): Promise<Buffer> {
    const { wrappingKeySpec, wrappingAlgorithm } = this.wrapping;
    const oaep = oaepOf(wrappingAlgorithm);
    if (!isThroughAes(wrappingAlgorithm)) return decrypt(this.#key, oaep, encrypted);
    const end = modulusBytes(wrappingKeySpec);
    const aesKey = await decrypt(this.#key, oaep, encrypted.subarray(0, end));
    try {
      return unwrapWithAes(aesKey, encrypted.subarray(end));
    } finally {
      forget(aesKey);
    }
  }

  /** The key is unusable afterwards. */
  forget(): void {
    this.#key.forget();
  }
}

const AES_KEY_BYTES = 32;
/** RFC 5649, 3: the alternative initial value, whose other half is the length. */
const KWP_IV = Buffer.from('a65959a6', 'hex');
const KWP_BLOCK = 8;

function unwrapWithAes(key: Buffer, wrapped: Buffer): Buffer {
  // Without any block OpenSSL has nothing to refuse.
  if (key.length !== AES_KEY_BYTES || wrapped.length < 2 * KWP_BLOCK) throw invalidCiphertext();
  try {
    const decipher = createDecipheriv('id-aes256-wrap-pad', key, KWP_IV);
    const material = decipher.update(wrapped);
    decipher.final();
    return material;
  } catch {
    throw invalidCiphertext();
  }
}
