import fc from 'fast-check';
import { AwsError } from '../aws-error';
import { fromFields, toFields } from '../model/message';
import { blob, flag, integer, list, long, map, oneOf, refused, structure, text, timestamp, within } from '../model/shapes';
import { readJson, writeJson } from './json';

const shape = structure({
  Text: text(),
  Count: integer(),
  Long: long(),
  Flag: flag,
  Data: blob(),
  Time: timestamp,
  Order: oneOf({ asc: 1 }),
  List: list(text()),
  Map: map(text()),
  Tags: list(structure({ Key: text() })),
  Later: refused('fine'),
});
const read = (json: string | Buffer) => readJson(shape, Buffer.from(json));
const problem = (json: string | Buffer): string => {
  try {
    read(json);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'SerializationException') return error.message;
    throw error;
  }
  return 'none';
};

it('reads each type, leaves out what it does not know and what is null', () => {
  const json = { Text: 'ä', Count: 1, Long: 2 ** 40, Flag: false, Data: 'AAE=', Time: 1.5, Order: 'asc', List: ['a'], More: 1 };
  expect(read(JSON.stringify({ ...json, Map: { a: 'b' }, Tags: [{ Key: 'k', X: 1 }], Later: null }))).toEqual({
    Text: 'ä',
    Count: 1,
    Long: 2 ** 40,
    Flag: false,
    Data: Buffer.from([0, 1]),
    Time: new Date(1_500),
    Order: 'asc',
    List: ['a'],
    Map: { a: 'b' },
    Tags: [{ Key: 'k' }],
  });
  expect(read('')).toEqual({});
});

it.each([
  ['{"Text":1}', "NUMBER_VALUE can not be converted to a String (at 'text')"],
  ['{"Text":{}}', "START_OBJECT can not be converted to a String (at 'text')"],
  ['{"Count":"1"}', "STRING_VALUE can not be converted to an Integer (at 'count')"],
  ['{"Count":2147483648}', "NUMBER_VALUE can not be converted to an Integer (at 'count')"],
  ['{"Count":1.5}', "NUMBER_VALUE can not be converted to an Integer (at 'count')"],
  ['{"Long":1e300}', "NUMBER_VALUE can not be converted to a Long (at 'long')"],
  ['{"Flag":"true"}', "STRING_VALUE can not be converted to a Boolean (at 'flag')"],
  ['{"Data":"?"}', "The value at 'data' is not base64"],
  ['{"Data":"AAE"}', "The value at 'data' is not base64"],
  ['{"Time":"now"}', "STRING_VALUE can not be converted to a Timestamp (at 'time')"],
  ['{"List":"a"}', "STRING_VALUE can not be converted to a List (at 'list')"],
  ['{"List":[1]}', "NUMBER_VALUE can not be converted to a String (at 'list.1.member')"],
  ['{"List":[null]}', "NULL can not be converted to a String (at 'list.1.member')"],
  ['{"Map":[]}', "START_ARRAY can not be converted to an Object (at 'map')"],
  ['{"Map":{"__proto__":"x"}}', "The map at 'map' must not have the key __proto__"],
  ['{"Text":"\\ud800"}', "The value at 'text' is not well-formed Unicode"],
  ['[]', 'START_ARRAY can not be converted to an Object'],
  ['null', 'NULL can not be converted to an Object'],
  ['{"Text":"a"', 'The request body is not JSON in UTF-8'],
])('says what is wrong with %s', (json, message) => expect(problem(json)).toBe(message));

it('reads no bytes that are not UTF-8', () => {
  expect(problem(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toBe('The request body is not JSON in UTF-8');
});

it('takes what asks for nothing of what is not supported', () => {
  for (const json of ['false', '""', '[]', '"fine"', 'null']) expect(read(`{"Later":${json}}`)).toEqual({});
  for (const json of ['true', '"other"', '[1]', '{}', '0']) expect(read(`{"Later":${json}}`)).toEqual({ Later: true });
});

it('is not troubled by depth, or names of prototypes', () => {
  expect(problem(`{"Text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe('The request body must have at most 32 levels');
  expect(problem(`{"More":${'['.repeat(31)}${']'.repeat(31)}}`)).toBe('none');
  expect(read('{"__proto__":{"Text":"x"},"constructor":1}')).toEqual({});
});

it('reads no more values than any request has, wherever they are', () => {
  const many = (count: number) => JSON.stringify(Array.from({ length: count }, () => 0));
  expect(problem(`{"More":${many(10_000)}}`)).toMatch(/10000 values/);
  expect(problem(`{"More":${many(9_000)}}`)).toBe('none');
  expect(problem(JSON.stringify({ Text: ',"[{\\\\'.repeat(20_000) }))).toBe('none');
});

it('never fails but as it should, whatever comes', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.jsonValue().map((json) => JSON.stringify({ Text: json, Tags: json })),
      ),
      (json) => {
        expect(typeof problem(json)).toBe('string');
      },
    ),
    { numRuns: 500 },
  ));

it('writes what it reads, by way of the message', () => {
  const out = structure({ ...shape.members, Stages: map(within('stages', list(text()))) });
  const json = { Text: 'ä', Count: 0, Long: 7, Flag: false, Data: 'AAE=', Time: 1.5, Order: 'asc', List: ['a'], Map: { a: 'b' } };
  const fields = toFields(shape, read(JSON.stringify(json)));
  expect(fields).toMatchObject({ text: 'ä', long: 7n, order: 1 });
  const message = { ...fields, stages: { v: { stages: ['A'] } }, tags: [] };
  expect(JSON.parse(writeJson(out, fromFields(out, message)))).toEqual({ ...json, Stages: { v: ['A'] } });
});
