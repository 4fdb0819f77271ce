/** Writing HTTP/2 (RFC 9113) by hand, also as no client may. */

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** @param length what the frame says of its payload; default the truth */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  length = payload.length,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

export const settings = (...pairs: [id: number, value: number][]): Buffer =>
  frame(
    frameTypes.settings,
    0,
    0,
    Buffer.concat(
      pairs.map(([id, value]) => {
        const pair = Buffer.alloc(6);
        pair.writeUInt16BE(id, 0);
        pair.writeUInt32BE(value >>> 0, 2);
        return pair;
      }),
    ),
  );

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
};

/** A number in HPACK's prefix of 7 bits. */
const hpackLength = (length: number): Buffer => {
  if (length < 127) return Buffer.from([length]);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
};

/** A field as a literal without index and without Huffman. */
export const headerField = (name: string, value: string): Buffer =>
  Buffer.concat(
    [Buffer.from([0]), hpackLength(Buffer.byteLength(name, 'latin1')), Buffer.from(name, 'latin1')].concat([
      hpackLength(Buffer.byteLength(value, 'latin1')),
      Buffer.from(value, 'latin1'),
    ]),
  );

export const headerBlock = (fields: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(fields.map(([name, value]) => headerField(name, value)));
