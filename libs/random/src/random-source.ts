import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** The source of randomness. Production uses the operating system's CSPRNG; tests replay a seed. */
export interface RandomSource {
  /** `length` fresh bytes. */
  bytes(length: number): Buffer;
}

export const systemRandom: RandomSource = { bytes: (length) => randomBytes(length) };

/** SHA-256 in counter mode over a seed: the same bytes every time. For tests only. */
export class SeededRandom implements RandomSource {
  private counter = 0;

  constructor(private readonly seed: string) {}

  bytes(length: number): Buffer {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(
        createHash('sha256')
          .update(`${this.seed}:${this.counter++}`)
          .digest(),
      );
    }
    return Buffer.concat(blocks).subarray(0, length);
  }
}

/** A random integer in [0, bound), bound 1 to 2^32, without modulo bias: values past the last whole multiple are drawn again. */
export function randomInteger(random: RandomSource, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
    throw new RangeError(`bound must be an integer from 1 to 2^32, got ${bound}`);
  }
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (;;) {
    const value = random.bytes(4).readUInt32BE();
    if (value < limit) return value % bound;
  }
}

export function randomString(random: RandomSource, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet.charAt(randomInteger(random, alphabet.length));
  return text;
}

/** A version-4 UUID (RFC 9562). */
export function randomUuid(random: RandomSource): string {
  // Node fetches the bytes of many at once.
  if (random === systemRandom) return randomUUID();
  const bytes = random.bytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
