import { compilePattern, type JsonObject } from './index';

const event = {
  version: '0',
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  resources: [],
  detail: {
    eventName: 'DeleteSecret',
    readOnly: false,
    errorCode: null,
    count: 3,
    empty: '',
    sourceIPAddress: '10.1.2.3',
    address6: '2001:db8::1',
    tags: ['blue', 'green'],
    nested: [['deep']],
    resources: [
      { type: 'secret', ARN: 'a' },
      { type: 'key', ARN: 'b' },
    ],
  },
};

const matches = (pattern: unknown, of: JsonObject = event): boolean => compilePattern(JSON.stringify(pattern)).matches(of);
const detail = (pattern: unknown): boolean => matches({ detail: pattern });

describe('a field matches', () => {
  it.each<[string, unknown]>([
    ['a value of several', { eventName: ['PutSecretValue', 'DeleteSecret'] }],
    ['a number', { count: [3] }],
    ['a number however it is written', { count: [{ numeric: ['=', 3.0] }] }],
    ['a boolean', { readOnly: [false] }],
    ['null', { errorCode: [null] }],
    ['the empty text', { empty: [''] }],
    ['one of an array', { tags: ['red', 'green'] }],
    ['one of an array in an array', { nested: ['deep'] }],
    ['a prefix', { eventName: [{ prefix: 'Delete' }] }],
    ['a prefix in another case', { eventName: [{ prefix: { 'equals-ignore-case': 'dELETE' } }] }],
    ['a suffix', { eventName: [{ suffix: 'Secret' }] }],
    ['a suffix in another case', { eventName: [{ suffix: { 'equals-ignore-case': 'sECRET' } }] }],
    ['a text in another case', { eventName: [{ 'equals-ignore-case': 'deletesecret' }] }],
    ['a wildcard', { eventName: [{ wildcard: 'Del*e*Sec*t' }] }],
    ['a wildcard of nothing but an asterisk', { empty: [{ wildcard: '*' }] }],
    ['anything but a text', { eventName: [{ 'anything-but': 'PutSecretValue' }] }],
    ['anything but some texts', { eventName: [{ 'anything-but': ['PutSecretValue', 'x'] }] }],
    ['anything but a number, as text', { eventName: [{ 'anything-but': 5 }] }],
    ['anything but one of an array that has others', { tags: [{ 'anything-but': 'blue' }] }],
    ['anything but a prefix', { eventName: [{ 'anything-but': { prefix: 'Put' } }] }],
    ['anything but some suffixes', { eventName: [{ 'anything-but': { suffix: ['Value', 'Policy'] } }] }],
    ['anything but texts in another case', { eventName: [{ 'anything-but': { 'equals-ignore-case': ['put', 'get'] } }] }],
    ['anything but a wildcard', { eventName: [{ 'anything-but': { wildcard: '*Value' } }] }],
    ['a number above', { count: [{ numeric: ['>', 2] }] }],
    ['a number within', { count: [{ numeric: ['>=', 3, '<', 4] }] }],
    ['an address of a network', { sourceIPAddress: [{ cidr: '10.0.0.0/8' }] }],
    ['an address of a network, IPv6', { address6: [{ cidr: '2001:db8::/32' }] }],
    ['a field that is there', { eventName: [{ exists: true }] }],
    ['a field that is null', { errorCode: [{ exists: true }] }],
    ['a field that is not there', { nothing: [{ exists: false }] }],
    ['a field of an object that is not there', { nothing: { at: { all: [{ exists: false }] } } }],
    ['a field that is not there, or has a value', { nothing: ['x', { exists: false }] }],
    ['a member of an array of objects', { resources: { type: ['key'], ARN: ['b'] } }],
  ])('%s', (_, pattern) => expect(detail(pattern)).toBe(true));
});

describe('a field does not match', () => {
  it.each<[string, unknown]>([
    ['another value', { eventName: ['deletesecret'] }],
    ['a number written as text', { count: ['3'] }],
    ['a boolean written as text', { readOnly: ['false'] }],
    ['null where a text is', { eventName: [null] }],
    ['a text where null is', { errorCode: [''] }],
    ['a value of an object', { resources: ['secret'] }],
    ['what is not there', { nothing: ['x'] }],
    ['what every object has', { toString: [{ exists: true }] }],
    ['a field that exists, asked to be absent', { eventName: [{ exists: false }] }],
    ['an object, which is no leaf', { resources: [{ exists: true }] }],
    ['an empty array, which has no value', { '$.': [{ exists: true }] }],
    ['another prefix', { eventName: [{ prefix: 'delete' }] }],
    ['a prefix of a number', { count: [{ prefix: '3' }] }],
    ['another suffix', { eventName: [{ suffix: 'Value' }] }],
    ['a wildcard whose pieces overlap', { eventName: [{ wildcard: 'DeleteSec*Secret' }] }],
    ['a wildcard in another order', { eventName: [{ wildcard: '*Secret*Delete*' }] }],
    ['anything but itself', { eventName: [{ 'anything-but': ['DeleteSecret'] }] }],
    ['anything but its prefix', { eventName: [{ 'anything-but': { prefix: ['Put', 'Delete'] } }] }],
    ['anything but itself in another case', { eventName: [{ 'anything-but': { 'equals-ignore-case': 'DELETESECRET' } }] }],
    ['anything but its wildcard', { eventName: [{ 'anything-but': { wildcard: 'D*t' } }] }],
    ['anything but, where nothing is', { nothing: [{ 'anything-but': 'x' }] }],
    ['a number on the bound', { count: [{ numeric: ['>', 3] }] }],
    ['a number beyond', { count: [{ numeric: ['>', 0, '<=', 2] }] }],
    ['a number range of a text', { eventName: [{ numeric: ['>', -1] }] }],
    ['an address elsewhere', { sourceIPAddress: [{ cidr: '10.2.0.0/16' }] }],
    ['a text that is no address', { eventName: [{ cidr: '0.0.0.0/0' }] }],
    ['two members of an array of objects', { resources: { type: ['key'], ARN: ['a'] } }],
    ['one field of two', { eventName: ['DeleteSecret'], readOnly: [true] }],
    ['a text where an object is asked for', { eventName: { first: ['D'] } }],
  ])('%s', (_, pattern) => expect(detail(pattern)).toBe(false));
});

it('takes asterisks and backslashes of a wildcard as they are if they are escaped', () => {
  const text = (pattern: string, value: string) => matches({ at: [{ wildcard: pattern }] }, { at: value });
  expect(text('a\\*b', 'a*b')).toBe(true);
  expect(text('a\\*b', 'axb')).toBe(false);
  expect(text('a\\\\*b', 'a\\xb')).toBe(true);
  expect(text('*a*', 'bab')).toBe(true);
  expect(text('a*a', 'a')).toBe(false);
  expect(text('*ab*b', 'ab')).toBe(false);
});

describe('$or', () => {
  const pattern = {
    source: ['aws.secretsmanager'],
    $or: [{ detail: { count: [9] } }, { detail: { eventName: ['DeleteSecret'] } }],
  };

  it('needs one of its alternatives, and all that is beside it', () => {
    expect(matches(pattern)).toBe(true);
    expect(matches({ ...pattern, source: ['aws.kms'] })).toBe(false);
    expect(matches({ ...pattern, $or: [{ detail: { count: [9] } }, { source: ['aws.kms'] }] })).toBe(false);
  });

  it('holds at every level, and within itself', () => {
    expect(detail({ $or: [{ count: [9] }, { $or: [{ eventName: ['x'] }, { readOnly: [false] }] }] })).toBe(true);
    expect(detail({ resources: { $or: [{ ARN: ['z'] }, { ARN: ['b'], type: ['key'] }] } })).toBe(true);
    expect(detail({ resources: { $or: [{ ARN: ['z'] }, { ARN: ['b'], type: ['secret'] }] } })).toBe(false);
  });

  it('has at most 1,000 combinations', () => {
    const ten = (field: string) => ({ [field]: { $or: Array.from({ length: 10 }, (_, i) => ({ a: [i] })) } });
    expect(() => matches({ ...ten('a'), ...ten('b'), ...ten('c') })).not.toThrow();
    expect(() => matches({ ...ten('a'), ...ten('b'), ...ten('c'), d: { $or: [{ a: [1] }, { b: [1] }] } })).toThrow(
      'The pattern must have at most 1000 combinations of the alternatives of $or.',
    );
  });
});

describe('a text is no pattern', () => {
  it.each<[unknown, string]>([
    [[], 'The pattern must be a JSON object.'],
    [{}, 'The pattern must not be an empty object.'],
    [{ detail: {} }, '"detail" must not be an empty object.'],
    [{ source: [] }, '"source" must not be an empty array.'],
    [{ source: 'aws.kms' }, '"source" must be an object or an array.'],
    [{ detail: { a: null } }, '"detail.a" must be an object or an array.'],
    [{ a: [['x']] }, '"a" must not have an array in its array.'],
    [{ a: [{}] }, '"a" must have one key in each match expression.'],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, '"a" must have one key in each match expression.'],
    [{ a: [{ like: 'x' }] }, '"a" has an unknown match type "like".'],
    [{ a: [{ exists: 'yes' }] }, '"a" must have true or false as "exists".'],
    [{ a: [{ prefix: 1 }] }, '"a" must have a text as "prefix".'],
    [{ a: [{ suffix: { wildcard: 'x' } }] }, '"a" must have a text or equals-ignore-case as "suffix".'],
    [{ a: [{ 'anything-but': [] }] }, '"a" must have at least one value as "anything-but".'],
    [{ a: [{ 'anything-but': ['x', 1] }] }, '"a" must have texts or numbers, all of one kind, as "anything-but".'],
    [{ a: [{ 'anything-but': null }] }, '"a" must have texts or numbers, all of one kind, as "anything-but".'],
    [{ a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }, 'prefix, suffix, equals-ignore-case or wildcard'],
    [{ a: [{ 'anything-but': { prefix: '' } }] }, '"a" must have no empty text as "prefix" in "anything-but".'],
    [{ a: [{ wildcard: 'a**b' }] }, '"a" has a wildcard with two asterisks in a row at position 1.'],
    [{ a: [{ wildcard: 'a\\b' }] }, '"a" has a wildcard with a backslash at position 1'],
    [{ a: [{ numeric: 5 }] }, '"a" must have an array of operators and numbers as "numeric".'],
    [{ a: [{ numeric: ['!', 5] }] }, '"a" must have =, <, <=, > or >= as the operator of "numeric".'],
    [{ a: [{ numeric: ['toString', 5] }] }, '"a" must have =, <, <=, > or >= as the operator of "numeric".'],
    [{ a: [{ numeric: ['<'] }] }, '"a" must have a number after "<" in "numeric".'],
    [{ a: [{ numeric: ['<', 1, '>', 0] }] }, '"a" must have one bound, or a lower and then an upper one, in "numeric".'],
    [{ a: [{ numeric: ['>', 5, '<', 5] }] }, '"a" must have a lower bound below the upper one in "numeric".'],
    [{ a: [{ numeric: ['>', 6e9] }] }, '"a" must have numbers between -5.0e9 and 5.0e9 in "numeric".'],
    [{ a: [{ cidr: '10.0.0.0' }] }, '"a" must have a network such as 10.0.0.0/24'],
    [{ a: [{ cidr: '10.0.0.0/33' }] }, '"a" must have a network such as 10.0.0.0/24'],
    [{ $or: [{ a: [1] }] }, '"$or" must be an array of at least two objects.'],
    [{ $or: [{ a: [1] }, {}] }, '"$or[1]" must not be an empty object.'],
    [{ a: Array.from({ length: 26 }, () => ({ wildcard: '*a*' })) }, '"a" has an asterisk too many'],
    [{ a: ['x'.repeat(4_096)] }, 'The pattern must have at most 4096 characters.'],
  ])('%j', (pattern, message) => expect(() => matches(pattern)).toThrow(message));

  it('that names a field twice, or ends too early', () => {
    expect(() => compilePattern('{"a": [1], "a": [2]}')).toThrow('"a" must not be there twice.');
    expect(() => compilePattern('{"a": [1]')).toThrow('At line 1, column 10 the pattern expects a comma or a closing brace.');
  });
});

it('matches events that are hostile', () => {
  const deep = JSON.parse(`{"a":${'['.repeat(5_000)}"x"${']'.repeat(5_000)}}`) as JsonObject;
  expect(matches({ a: ['x'] }, deep)).toBe(true);
  const wide = { a: 'ab'.repeat(100_000) };
  expect(matches({ a: [{ wildcard: `${'*ab'.repeat(49)}*c` }] }, wide)).toBe(false);
  const proto = JSON.parse('{"__proto__": {"a": "x"}, "b": 1}') as JsonObject;
  expect(matches({ a: ['x'] }, proto)).toBe(false);
  expect(matches({ b: [1] }, proto)).toBe(true);
});
