import { isDomainError } from '@strongroom/errors';

/** All variants of `sealed` with one flipped bit, cut short, or extended. */
export function* tampered(sealed: Buffer): Generator<{ what: string; bytes: Buffer }> {
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const bytes = Buffer.from(sealed);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    yield { what: `bit ${bit} flipped`, bytes };
  }
  for (let length = 0; length < sealed.length; length++) {
    yield { what: `cut to ${length} bytes`, bytes: sealed.subarray(0, length) };
  }
  for (const more of [1, 16, 1000]) yield { what: `${more} bytes too many`, bytes: Buffer.concat([sealed, Buffer.alloc(more)]) };
}

/** The reason why it fails; undefined if it does not. */
export function reasonOf(open: () => unknown): string | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    return isDomainError(error) ? error.reason : `not a domain error: ${String(error)}`;
  }
}

/** The variants that open, or fail other than with `InvalidCiphertextException` and the same message; there must be none. */
export function survivors(sealed: Buffer, open: (bytes: Buffer) => unknown): string[] {
  const found: string[] = [];
  for (const { what, bytes } of tampered(sealed)) {
    const reason = reasonOf(() => open(bytes));
    if (reason !== 'InvalidCiphertextException') found.push(`${what}: ${reason ?? 'opened'}`);
  }
  return found;
}
