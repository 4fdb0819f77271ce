import fc from 'fast-check';

/**
 * Any character of Unicode as the unit of `fc.string`. The unit `binary` of fast-check fills a table of all characters when it is
 * loaded, which takes half a second of each suite.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point), pointOf);

function pointOf(character: unknown): number {
  if (typeof character !== 'string' || [...character].length !== 1) throw new TypeError('not one character');
  return character.codePointAt(0)!;
}

/** Texts that fields seldom hold, and that have tripped code, databases and logs. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\0a',
    'a\0b',
    'ä',
    '🔑',
    '\uffff',
    '\u202e',
    '\r\n',
    '\ud800',
    'a\udfff',
    '%',
    "'",
    '"',
    '\\',
    '|',
    '*',
    '/',
    ':',
    '..',
    '!',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e999',
    'NaN',
    '${aws:username}',
    'arn:',
    'arn:aws:iam::aws:policy/',
    'alias/',
    'AWSCURRENT',
    'AWSPENDING',
  ),
  fc.constantFrom(
    'spiffe://ä/x',
    'https://ä.example',
    'spiffe://',
    '{',
    '{"Version":"2012-10-17","Statement":[]}',
    '[[[[[[',
    'm1:',
  ),
  fc.integer({ min: 1, max: 9_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 1, max: 600 }).map((length) => '🔑'.repeat(length)),
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string(),
);

const int32 = fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
const int64 = fc.oneof(fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));

/**
 * Requests like `example`, in which any field may be missing, have an odd value of its type, or be right. `example` has every
 * field of the message, and lists with an item; `maps` names its fields that are maps. Parts of texts are replaced, too, so that
 * a marker or an ARN is odd in one place only.
 */
export function oddRequests(example: object, maps: readonly string[] = []): fc.Arbitrary<object> {
  const fields = Object.entries(example).map(([name, value]) => [
    name,
    maps.includes(name)
      ? fc.oneof(fc.constant(value as unknown), fc.dictionary(oddText, oddText, { maxKeys: 50 }))
      : oddly(value),
  ]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
}

function oddly(value: unknown): fc.Arbitrary<unknown> {
  const right = { weight: 3, arbitrary: fc.constant(value) };
  if (typeof value === 'string') return fc.oneof(right, oddText, withOddPart(value), inBase64(value));
  if (typeof value === 'number') return fc.oneof(right, int32);
  if (typeof value === 'bigint') return fc.oneof(right, int64);
  if (typeof value === 'boolean') return fc.boolean();
  if (Buffer.isBuffer(value))
    return fc.oneof(
      right,
      fc.uint8Array({ maxLength: 10_000 }).map((bytes) => Buffer.from(bytes)),
    );
  if (Array.isArray(value)) return fc.oneof(right, fc.array(oddly(value[0]), { maxLength: 60 }));
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  // The name of the chosen field of a oneof stays as it is.
  const { $case, ...fields } = value as Record<string, unknown>;
  const parts = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, oddly(field)]));
  return fc.record($case === undefined ? parts : { $case: fc.constant($case), ...parts });
}

const withOddPart = (value: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(value.length), fc.nat(4), oddText)
    .map(([at, length, odd]) => value.slice(0, at) + odd + value.slice(at + length));

/** Page markers are texts in base64. */
const inBase64 = (value: string): fc.Arbitrary<string> =>
  oddText.map((odd) => Buffer.from(`${Buffer.from(value, 'base64url').toString().slice(0, 3)}${odd}`).toString('base64url'));

/** The same for a message whose numbers have no sign: others could not be sent. */
export const unsigned = (requests: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  requests.map((request) => magnitude(request) as object);

function magnitude(value: unknown): unknown {
  if (typeof value === 'number') return Math.min(Math.abs(value), 2 ** 31 - 1);
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  if (Array.isArray(value)) return value.map(magnitude);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, magnitude(field)]));
}
