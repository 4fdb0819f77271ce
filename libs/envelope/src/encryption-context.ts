import { DomainError } from '@strongroom/errors';

declare global {
  // ES2024: Node 20 has it, but the ES2023 library does not declare it.
  interface String {
    isWellFormed(): boolean;
  }
}

/** Public names and values that must be the same at decryption as at encryption. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The canonical form of an encryption context: u32 number of entries, then for each entry, sorted by the UTF-8 bytes of
 * its key, u32 length and bytes of the key, u32 length and bytes of the value (big-endian). Two contexts have the same
 * form only if they are equal, whatever the order in which their entries were added.
 *
 * @throws DomainError ValidationException for text that is not well-formed Unicode: UTF-8 would turn different lone
 * surrogates into the same replacement character.
 */
export function encodeEncryptionContext(context: EncryptionContext): Buffer {
  const out = Buffer.allocUnsafe(4 + entriesSize(context));
  writeEncryptionContext(context, out, 0);
  return out;
}

/** `prefix` followed by the canonical form; the prefix must have a length that its format fixes. */
export function encodeAfter(prefix: Uint8Array, context: EncryptionContext): Buffer {
  const out = Buffer.allocUnsafe(prefix.length + 4 + entriesSize(context));
  out.set(prefix, 0);
  writeEncryptionContext(context, out, prefix.length);
  return out;
}

export function requireWellFormed(text: string, what: string): void {
  if (!text.isWellFormed()) {
    throw new DomainError({
      kind: 'invalid-argument',
      reason: 'ValidationException',
      message: `${what} must be well-formed Unicode text.`,
    });
  }
}

function entriesSize(context: EncryptionContext): number {
  let size = 0;
  for (const key of Object.keys(context)) size += 8 + Buffer.byteLength(key) + Buffer.byteLength(context[key]!);
  return size;
}

function writeEncryptionContext(context: EncryptionContext, out: Buffer, start: number): void {
  const keys = Object.keys(context);
  if (keys.length > 1) keys.sort(byUtf8Bytes);
  let offset = out.writeUInt32BE(keys.length, start);
  for (const key of keys) {
    offset = writeText(key, 'An encryption context key', out, offset);
    offset = writeText(context[key]!, 'An encryption context value', out, offset);
  }
}

function writeText(text: string, what: string, out: Buffer, offset: number): number {
  requireWellFormed(text, what);
  const length = out.write(text, offset + 4);
  out.writeUInt32BE(length, offset);
  return offset + 4 + length;
}

/**
 * UTF-8 sorts as code points do. JavaScript compares UTF-16 units instead, in which the surrogates, that stand for the
 * highest code points, come before U+E000 to U+FFFF; `rank` puts them where they belong.
 */
function byUtf8Bytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
