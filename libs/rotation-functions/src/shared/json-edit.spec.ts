import fc from 'fast-check';
import { editFields } from './json-edit';

it.each([
  ['compact', '{"password":"a","n":1}', '{"password":"new","n":1}'],
  ['spaced', '{ "n" : 1.0 , "password"\t:  "a" }\n', '{ "n" : 1.0 , "password"\t:  "new" }\n'],
  [
    'numbers no double holds',
    '{"a":12345678901234567890,"password":"x","b":[1.0,1e400,-0,9007199254740993]}',
    '{"a":12345678901234567890,"password":"new","b":[1.0,1e400,-0,9007199254740993]}',
  ],
  ['escapes', '{"\\u0061":"\\/\\ud800\\n","p\\u0061ssword":"x"}', '{"\\u0061":"\\/\\ud800\\n","p\\u0061ssword":"new"}'],
  [
    'repeated names',
    '{"a":1,"a":2,"password":1,"b":0,"password":{"x":[1]}}',
    '{"a":1,"a":2,"password":"new","b":0,"password":"new"}',
  ],
  [
    'the name further in',
    '{"a":{"password":1},"b":["password"],"password":null}',
    '{"a":{"password":1},"b":["password"],"password":"new"}',
  ],
  ['the name as a value', '{"a":"password","password":"password"}', '{"a":"password","password":"new"}'],
  ['absent, compact', '{"a":1}', '{"a":1,"password":"new"}'],
  ['absent, indented', '{\n  "a": 1\n}', '{\n  "a": 1,\n  "password": "new"\n}'],
  ['absent, empty', ' { } ', ' {"password":"new" } '],
  [
    'names of the language',
    '{"__proto__":{"password":1},"constructor":2,"password":3}',
    '{"__proto__":{"password":1},"constructor":2,"password":"new"}',
  ],
])('replaces a field and nothing else: %s', (_, text, expected) => {
  expect(editFields(text, { password: 'new' })).toBe(expected);
});

it.each([
  ['{"a":1,"x":2,"b":3}', '{"a":1,"b":3}'],
  ['{"x":2,"b":3.0}', '{"b":3.0}'],
  ['{\n "b": 3,\n "x": [1]\n}', '{\n "b": 3\n}'],
  ['{"x":1}', '{}'],
  ['{"x":1,"x":2}', '{}'],
  ['{"a":1}', '{"a":1}'],
])('takes fields out of %s', (text, expected) => {
  expect(editFields(text, { x: undefined })).toBe(expected);
});

it('takes any nesting that a secret has room for', () => {
  const deep = `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)},"password":"x"}`;
  expect(editFields(deep, { password: 'new' })).toBe(deep.replace('"x"', '"new"'));
});

describe('whatever the object', () => {
  const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);
  const number = fc.oneof(fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,5})?([eE][+-]?\d{1,4})?$/), fc.constant('-0'));
  const name = fc.oneof(fc.constantFrom('password', 'username', '__proto__', 'a'), fc.string({ unit: 'binary', maxLength: 8 }));
  const scalar = fc.oneof(number, fc.json(), fc.constantFrom('true', 'null', '""', '"\\u0000\\/"'));
  const object = fc
    .tuple(space, fc.array(fc.tuple(space, name, space, space, scalar, space), { maxLength: 6 }), space)
    .map(
      ([before, fields, after]) =>
        `${before}{${fields.map(([a, key, b, c, value, d]) => `${a}${JSON.stringify(key)}${b}:${c}${value}${d}`).join(',')}}${after}`,
    );

  it('reads as before but for the field, and a second edit undoes the first byte for byte', () => {
    fc.assert(
      fc.property(object, fc.string({ unit: 'binary' }), (text, value) => {
        const edited = editFields(text, { password: value });
        const [before, after] = [text, edited].map((one) => JSON.parse(one) as Record<string, unknown>);
        expect({ ...after, password: undefined }).toEqual({ ...before, password: undefined });
        expect(after!.password).toBe(value);
        expect(Object.keys(after!).filter((key) => key !== 'password')).toEqual(
          Object.keys(before!).filter((key) => key !== 'password'),
        );
        // The field's own value aside, not one byte differs.
        const marked = editFields(text, { password: 'MARK' });
        expect(editFields(edited, { password: 'MARK' })).toBe(marked);
        if (!Object.hasOwn(before!, 'password')) expect(editFields(edited, { password: undefined })).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
