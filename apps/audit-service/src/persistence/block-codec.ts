import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, inflateRaw } from 'node:zlib';

/**
 * A block's records on disk:
 *
 *     version   1 byte, 1
 *     checksum  4 bytes, CRC-32 of what follows
 *     count     2 bytes
 *     hashes    32 bytes for each event: they say at which event a block was changed, and don't compress
 *     records   DEFLATE without a header; inside, for each event, a length of 4 bytes and its encoding in UTF-8
 *
 * Numbers are big-endian. The checksum finds what went wrong by accident; a change on purpose is for the chain to find.
 */
const version = 1;
const header = 7;
const hashLength = 32;
const MAX_COUNT = 0xffff;
/** Far more than the largest block that a writer makes. */
const MAX_INFLATED = 64 * 1_024 * 1_024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export interface PackedEvent {
  hash: Buffer;
  record: string;
}

export class BlockError extends Error {
  override readonly name = 'BlockError';
}

export const packEvents = async (events: readonly PackedEvent[]): Promise<Buffer> => {
  if (events.length === 0 || events.length > MAX_COUNT) throw new BlockError(`a block can't hold ${events.length} events`);
  const records = await deflate(framed(events), { level: constants.Z_BEST_SPEED });
  const start = Buffer.alloc(header);
  start.writeUInt8(version);
  start.writeUInt16BE(events.length, header - 2);
  const packed = Buffer.concat([start, ...events.map(({ hash }) => hash), records]);
  packed.writeUInt32BE(crc32(packed.subarray(5)), 1);
  return packed;
};

/** Throws `BlockError` for data that `packEvents` did not make. */
export const unpackEvents = async (packed: Buffer): Promise<PackedEvent[]> => {
  if (packed.length < header) throw new BlockError('the block is too short');
  if (packed.readUInt8() !== version) throw new BlockError(`block version ${packed.readUInt8()} is not known`);
  if (packed.readUInt32BE(1) !== crc32(packed.subarray(5))) throw new BlockError('the block is damaged');
  const count = packed.readUInt16BE(header - 2);
  const recordsAt = header + count * hashLength;
  if (count === 0 || packed.length < recordsAt) throw new BlockError('the block is too short');
  let texts: string[];
  try {
    texts = unframed(await inflate(packed.subarray(recordsAt), { maxOutputLength: MAX_INFLATED }));
  } catch (cause) {
    throw new BlockError('the records of the block are damaged', { cause });
  }
  if (texts.length !== count) throw new BlockError(`the block has ${count} hashes and ${texts.length} records`);
  return texts.map((record, index) => ({ hash: hashAt(packed, index), record }));
};

/** The bytes at the beginning of a block that hold the hashes of its events, if it has at most this many. */
export const prefixLength = (count: number): number => header + count * hashLength;

/** The hashes at the beginning of a block, whose records need not be there. @throws BlockError */
export const hashesIn = (prefix: Buffer): Buffer[] => {
  if (prefix.length < header || prefix.readUInt8() !== version) throw new BlockError('the block has no known version');
  const count = prefix.readUInt16BE(header - 2);
  if (prefix.length < prefixLength(count)) throw new BlockError('the block is too short');
  return Array.from({ length: count }, (_, index) => hashAt(prefix, index));
};

const hashAt = (packed: Buffer, index: number): Buffer =>
  packed.subarray(header + index * hashLength, header + (index + 1) * hashLength);

const framed = (events: readonly PackedEvent[]): Buffer => {
  const lengths = events.map(({ record }) => Buffer.byteLength(record, 'utf8'));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  for (const [index, { record }] of events.entries()) {
    at = bytes.writeUInt32BE(lengths[index]!, at);
    at += bytes.write(record, at, 'utf8');
  }
  return bytes;
};

const unframed = (bytes: Buffer): string[] => {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    if (at > bytes.length) throw new RangeError('a record reaches past the end');
    texts.push(bytes.toString('utf8', start, at));
  }
  return texts;
};
