import decodeQR from 'qr/decode.js';
import { inflateSync } from 'node:zlib';
import { base32Of, enrolmentPicture } from './mfa-enrolment';

const seed = Buffer.from('12345678901234567890');

it('shows a camera what it needs', () => {
  const png = enrolmentPicture(seed, { accountId: '123456789012', name: 'phone' });
  expect(base32Of(seed)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(decodeQR(pixelsOf(png))).toBe(
    'otpauth://totp/Strongroom%3Aphone%40123456789012?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Strongroom',
  );
});

/** The pixels of a PNG with one bit a pixel and no filters, as a camera has them. */
function pixelsOf(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const from = png.indexOf('IDAT');
  const lines = inflateSync(png.subarray(from + 4, from + 4 + png.readUInt32BE(from - 4)));
  const data = new Uint8Array(width * height * 4).fill(255);
  const lineLength = 1 + Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isWhite = (lines[y * lineLength + 1 + (x >> 3)]! >> (7 - (x & 7))) & 1;
      data.fill(isWhite ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}
