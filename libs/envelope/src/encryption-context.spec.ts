import fc from 'fast-check';
import { encodeEncryptionContext } from './encryption-context';

const text = fc.string({ unit: 'binary' });
const context = fc.dictionary(text, text, { maxKeys: 5 });

/** Reads the canonical form back, which is possible only if it is injective. */
function decode(encoded: Buffer): [string, string][] {
  let offset = 4;
  const next = (): string => {
    const end = offset + 4 + encoded.readUInt32BE(offset);
    const part = encoded.toString('utf8', offset + 4, end);
    offset = end;
    return part;
  };
  const entries = Array.from({ length: encoded.readUInt32BE(0) }, (): [string, string] => [next(), next()]);
  expect(offset).toBe(encoded.length);
  return entries;
}

it('is injective: every context can be read back from its form', () => {
  fc.assert(fc.property(context, (c) => expect(Object.fromEntries(decode(encodeEncryptionContext(c)))).toEqual({ ...c })));
});

it('does not depend on the order of insertion', () => {
  fc.assert(
    fc.property(context, (c) => {
      const reversed = Object.fromEntries(Object.entries(c).toReversed());
      expect(encodeEncryptionContext(reversed).equals(encodeEncryptionContext(c))).toBe(true);
    }),
  );
});

it('sorts keys by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(context, (c) => {
      const keys = decode(encodeEncryptionContext(c)).map(([key]) => Buffer.from(key));
      expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(a, b)));
    }),
  );
});

it('tells apart what concatenation would confuse', () => {
  const contexts: Record<string, string>[] = [{ a: 'b', c: 'd' }, { a: 'bcd' }, { ab: 'cd' }, { a: 'b', cd: '' }, { abcd: '' }];
  const forms = contexts.map((c) => encodeEncryptionContext(c).toString('hex'));
  expect(new Set(forms).size).toBe(forms.length);
});

it.each([[{ '\ud800': 'x' }], [{ x: '\udfff' }]])('refuses a lone surrogate, which UTF-8 cannot hold', (c) => {
  expect(() => encodeEncryptionContext(c as Record<string, string>)).toThrow(
    expect.objectContaining({ reason: 'ValidationException', message: expect.stringContaining('well-formed') }),
  );
});
