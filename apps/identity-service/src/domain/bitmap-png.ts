import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A picture of black (true) and white squares, each `scale` pixels wide: PNG with one bit a pixel. */
export function bitmapPng(rows: readonly (readonly boolean[])[], { scale }: { scale: number }): Buffer {
  const width = rows[0]!.length * scale;
  const height = rows.length * scale;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, greyscale.
  header.writeUInt8(1, 8);
  const lines = rows.flatMap((row) => Array<Buffer>(scale).fill(lineOf(row, width, scale)));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.of()),
  ]);
}

/** A line of pixels: the number of its filter, which is none, and its bits. */
function lineOf(row: readonly boolean[], width: number, scale: number): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(width / 8));
  for (let x = 0; x < width; x++) {
    const isWhite = !row[Math.floor(x / scale)];
    if (isWhite) line[1 + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return line;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
