import { invalidCiphertext } from './invalid-ciphertext';
import { NONCE_LENGTH, TAG_LENGTH } from './primitives';

// A key blob, which KMS calls CiphertextBlob: docs/adr/0002-ciphertext-formats.md has the table.
export const KEY_BLOB_VERSION = 1;
const KEY_ID_OFFSET = 1;
const MATERIAL_VERSION_OFFSET = 17;
/** Version byte, key id, material version: the key that a blob names. */
export const KEY_BLOB_PREFIX_LENGTH = 21;
/** The number of bytes by which a blob is longer than its plaintext. */
export const KEY_BLOB_OVERHEAD = KEY_BLOB_PREFIX_LENGTH + NONCE_LENGTH + TAG_LENGTH;

export interface KeyBlobHeader {
  /** UUID, lower case. */
  keyId: string;
  /** 0 to 2^32 - 1. */
  materialVersion: number;
}

/**
 * The key that a blob claims to be encrypted with. This proves nothing until the blob has been decrypted.
 * @throws DomainError InvalidCiphertextException
 */
export function parseKeyBlob(blob: Buffer): KeyBlobHeader {
  if (blob.length < KEY_BLOB_OVERHEAD || blob[0] !== KEY_BLOB_VERSION) throw invalidCiphertext();
  const hex = blob.toString('hex', KEY_ID_OFFSET, MATERIAL_VERSION_OFFSET);
  return {
    keyId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    materialVersion: blob.readUInt32BE(MATERIAL_VERSION_OFFSET),
  };
}

/** The first bytes of every blob of one key and material version. */
export function keyBlobPrefix({ keyId, materialVersion }: KeyBlobHeader): Buffer {
  if (!UUID.test(keyId)) throw new RangeError('keyId must be a lower-case UUID');
  const prefix = Buffer.alloc(KEY_BLOB_PREFIX_LENGTH);
  prefix.writeUInt8(KEY_BLOB_VERSION, 0);
  prefix.write(keyId.replaceAll('-', ''), KEY_ID_OFFSET, 'hex');
  prefix.writeUInt32BE(materialVersion, MATERIAL_VERSION_OFFSET);
  return prefix;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
