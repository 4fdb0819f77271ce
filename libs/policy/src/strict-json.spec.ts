import fc from 'fast-check';
import { isObject, type JsonValue, JsonSyntaxError, parseStrictJson } from './strict-json';

const parse = (text: string) => {
  const duplicates: string[] = [];
  return { value: plain(parseStrictJson(text, (place) => duplicates.push(place))), duplicates };
};

const plain = (value: JsonValue): unknown => {
  if (isObject(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
};

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      // Objects may hold a key __proto__, which toEqual would not see.
      expect(JSON.stringify(parse(text).value)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

it('refuses what JSON.parse refuses, and reads nothing else', () => {
  const symbols = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '\\',
    'true',
    'nul',
    '1',
    '-',
    '.',
    '0',
    'e',
    ' ',
    '\n',
    '\t',
    '\0',
  );
  const outcome = (read: () => unknown) => {
    try {
      return JSON.stringify(read());
    } catch (error) {
      return error instanceof SyntaxError || error instanceof JsonSyntaxError ? 'refused' : error;
    }
  };
  fc.assert(
    fc.property(fc.array(symbols, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(outcome(() => parse(text).value)).toBe(outcome(() => JSON.parse(text)));
    }),
    { numRuns: 2000 },
  );
});

it('reports each repeated key with its path', () => {
  expect(parse('{"a":1,"b":[{"c":1,"c":2}],"a":2}').duplicates).toEqual(['b[0].c', 'a']);
  expect(parse('{"a":{"x":1},"b":{"x":1}}').duplicates).toEqual([]);
  expect(parse('{"a":1,"\\u0061":2}').duplicates).toEqual(['a']);
});

it.each([
  ['', 'line 1, column 1', 'ends too early'],
  ['{"a":\n  tru}', 'line 2, column 3', 'expects a JSON value'],
  ['{"a" 1}', 'line 1, column 6', 'expects a colon'],
  ['{"a":1 "b":2}', 'line 1, column 8', 'expects a comma or a closing brace'],
  ['[1 2]', 'line 1, column 4', 'expects a comma or a closing bracket'],
  ['{a:1}', 'line 1, column 2', 'expects a string in double quotes'],
  ['{"a":"b', 'line 1, column 6', 'has a string without an end'],
  ['{"a":"\\x"}', 'line 1, column 6', 'has a string with an invalid escape or a control character'],
  ['{} {}', 'line 1, column 4', 'must end after the JSON value'],
  ['\uFEFF{}', 'line 1, column 1', 'expects a JSON value'],
  ['['.repeat(100_000), 'line 1, column 18', 'must not nest deeper than 16 levels'],
])('says where and why it refuses %.20p', (text, place, rule) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ place, rule }));
});
