// The little of DER (X.690) that keys need. What others send is read here before OpenSSL sees it: OpenSSL takes many forms of a
// key, and Node 20 aborts the whole process when it is asked for the details of a public key that is the point at infinity.

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const SEQUENCE = 0x30;

/** @throws MalformedDer */
export class DerReader {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  /** The content of the next element, which must have this tag. A view of the bytes that are read. */
  read(tag: number): Buffer {
    const start = this.offset;
    if (this.bytes[start] !== tag) throw new MalformedDer();
    let header = 2;
    let length = this.bytes[start + 1] ?? 0;
    if (length > 0x7f) {
      const lengthBytes = length & 0x7f;
      // Keys have at most a few thousand bytes. A length has one form: no zeros in front, no long form where the short one does.
      if (lengthBytes < 1 || lengthBytes > 2 || start + 2 + lengthBytes > this.bytes.length) throw new MalformedDer();
      length = this.bytes.readUIntBE(start + 2, lengthBytes);
      if (length < (lengthBytes === 1 ? 0x80 : 0x100)) throw new MalformedDer();
      header += lengthBytes;
    }
    this.offset = start + header + length;
    if (this.offset > this.bytes.length || start + header > this.bytes.length) throw new MalformedDer();
    return this.bytes.subarray(start + header, this.offset);
  }

  readOptional(tag: number): Buffer | undefined {
    return this.bytes[this.offset] === tag ? this.read(tag) : undefined;
  }

  /** A non-negative integer in its shortest form. */
  readInteger(): bigint {
    const content = this.read(INTEGER);
    const first = content[0];
    if (first === undefined || first > 0x7f) throw new MalformedDer();
    if (first === 0 && content.length > 1 && content[1]! <= 0x7f) throw new MalformedDer();
    return BigInt(`0x${content.toString('hex')}`);
  }

  /** Nothing may follow. */
  end(): void {
    if (this.offset !== this.bytes.length) throw new MalformedDer();
  }
}

export class MalformedDer extends Error {
  constructor() {
    super('malformed DER');
  }
}

/** One element. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const header = length <= 0x7f ? [tag, length] : length <= 0xff ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  const element = Buffer.alloc(header.length + length);
  element.set(header);
  let offset = header.length;
  for (const part of content) {
    element.set(part, offset);
    offset += part.length;
  }
  return element;
}

/** A non-negative integer. */
export function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return bytes[0]! > 0x7f ? der(INTEGER, Buffer.of(0), bytes) : der(INTEGER, bytes);
}
