import { invalidCiphertext } from './invalid-ciphertext';
import { CounterLabel, ExpandLabel } from './primitives';
import { overheadOf, type SubkeyFormat } from './subkey';

// A key blob, which KMS calls CiphertextBlob. docs/adr/0002-ciphertext-formats.md and 0016-key-commitment.md have the tables.
const KEY_ID_OFFSET = 1;
const MATERIAL_VERSION_OFFSET = 17;
/** Version byte, key id, material version: in every version of the format. */
const PREFIX_LENGTH = 21;
const WRITTEN_VERSION = 2;

/** By version byte: what is read. */
export const KEY_BLOB_FORMATS: Readonly<Record<number, SubkeyFormat>> = {
  1: { prefixLength: PREFIX_LENGTH, label: new ExpandLabel('strongroom/key-blob/v1') },
  [WRITTEN_VERSION]: {
    prefixLength: PREFIX_LENGTH,
    label: new CounterLabel('strongroom/key-blob/v2'),
  },
};
/** What is written. */
export const KEY_BLOB_FORMAT = KEY_BLOB_FORMATS[WRITTEN_VERSION]!;
/** The number of bytes by which a blob that is written is longer than its plaintext. */
export const KEY_BLOB_OVERHEAD = overheadOf(KEY_BLOB_FORMAT);

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
  keyBlobFormatOf(blob);
  const hex = blob.toString('hex', KEY_ID_OFFSET, MATERIAL_VERSION_OFFSET);
  return {
    keyId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    materialVersion: blob.readUInt32BE(MATERIAL_VERSION_OFFSET),
  };
}

/** @throws DomainError InvalidCiphertextException for an unknown version, and for what is too short for its version */
export function keyBlobFormatOf(blob: Buffer): SubkeyFormat {
  const format = KEY_BLOB_FORMATS[blob[0] ?? 0];
  if (!format || blob.length < overheadOf(format)) throw invalidCiphertext();
  return format;
}

/** Whether a blob, of whatever version, names the key and material version of this prefix. */
export function namesKeyOf(blob: Buffer, prefix: Buffer): boolean {
  return blob.compare(prefix, KEY_ID_OFFSET, PREFIX_LENGTH, KEY_ID_OFFSET, PREFIX_LENGTH) === 0;
}

/** The first bytes of every blob that is written under one key and material version. */
export function keyBlobPrefix({ keyId, materialVersion }: KeyBlobHeader): Buffer {
  const prefix = Buffer.alloc(PREFIX_LENGTH);
  prefix.writeUInt8(WRITTEN_VERSION, 0);
  prefix.set(keyIdBytes(keyId), KEY_ID_OFFSET);
  prefix.writeUInt32BE(materialVersion, MATERIAL_VERSION_OFFSET);
  return prefix;
}

/** The 16 bytes of a key id. @throws RangeError */
export function keyIdBytes(keyId: string): Buffer {
  if (!UUID.test(keyId)) throw new RangeError('keyId must be a lower-case UUID');
  return Buffer.from(keyId.replaceAll('-', ''), 'hex');
}

/** Bytes in their order, as a database sorts them: from the first of these up to the second, which is not part of it. */
export interface ByteRange {
  from: Buffer;
  to: Buffer;
}

/** All blobs under a key are in these ranges, and nothing else: one for each version of the format, in their order. */
export function keyBlobsOf(keyId: string): ByteRange[] {
  return rangesOf(keyId, () => undefined);
}

/** Those of them that are not as they would be written now, with this material: under older material, or in an older format. */
export function outdatedKeyBlobsOf({ keyId, materialVersion }: KeyBlobHeader): ByteRange[] {
  return rangesOf(keyId, (version) => (version === WRITTEN_VERSION ? materialVersion : undefined));
}

/** @param end the material before which the range of a version of the format ends; undefined: it has all */
function rangesOf(keyId: string, end: (version: number) => number | undefined): ByteRange[] {
  const versions = Object.keys(KEY_BLOB_FORMATS).map(Number);
  return versions.map((version) => {
    const at = (materialVersion: number): Buffer => {
      const prefix = keyBlobPrefix({ keyId, materialVersion });
      prefix.writeUInt8(version, 0);
      return prefix;
    };
    const before = end(version);
    return { from: at(0), to: before === undefined ? following(at(0).subarray(0, MATERIAL_VERSION_OFFSET)) : at(before) };
  });
}

/** The first bytes that come after everything that begins with these. */
function following(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes);
  let at = next.length - 1;
  while (next[at] === 0xff) at--;
  next[at]!++;
  return next.subarray(0, at + 1);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
