import { contextOf } from '../context';
import type { ContextValue } from '../model';
import { Report } from '../report';
import { type JsonValue, parseStrictJson } from '../strict-json';
import { compileConditions } from './condition';
import { OPERATORS } from './operators';

type Values = string | number | boolean | (string | number | boolean)[];

const compile = (element: unknown, effect: 'Allow' | 'Deny' = 'Allow', variables = true) => {
  const report = new Report();
  const json: JsonValue = parseStrictJson(JSON.stringify(element), () => undefined);
  return { conditions: compileConditions(json, 'Condition', { effect, variables }, report), findings: report.findings };
};

/** Whether `{operator: {key: values}}` holds for a request whose key has the given value. */
const holds = (
  operator: string,
  values: Values,
  actual: ContextValue,
  options: { effect?: 'Allow' | 'Deny'; more?: Record<string, ContextValue>; variables?: boolean } = {},
) => {
  const { conditions, findings } = compile({ [operator]: { 'test:Key': values } }, options.effect, options.variables);
  expect(findings).toEqual([]);
  expect(conditions).toHaveLength(1);
  return conditions[0]!.holds(contextOf({ ...options.more, 'test:key': actual }));
};

const NEGATIONS: Record<string, string> = {
  StringEquals: 'StringNotEquals',
  StringEqualsIgnoreCase: 'StringNotEqualsIgnoreCase',
  StringLike: 'StringNotLike',
  NumericEquals: 'NumericNotEquals',
  DateEquals: 'DateNotEquals',
  IpAddress: 'NotIpAddress',
  ArnEquals: 'ArnNotEquals',
  ArnLike: 'ArnNotLike',
};

describe('operators', () => {
  it.each<[string, Values, string, boolean]>([
    ['StringEquals', 'Blue', 'Blue', true],
    ['StringEquals', 'Blue', 'blue', false],
    ['StringEquals', 'B*', 'Blue', false],
    ['StringEquals', 'B*', 'B*', true],
    ['StringEquals', ['Red', 'Blue'], 'Blue', true],
    ['StringEquals', 5, '5', true],
    ['StringEquals', true, 'true', true],
    ['StringEquals', '', '', true],
    ['StringEqualsIgnoreCase', 'Blue', 'bLUE', true],
    ['StringEqualsIgnoreCase', 'Blue', 'Red', false],
    ['StringLike', 'B*e', 'Blue', true],
    ['StringLike', 'B??e', 'Blue', true],
    ['StringLike', 'B?e', 'Blue', false],
    ['StringLike', 'b*', 'Blue', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericEquals', 10, '1e1', true],
    ['NumericEquals', '10', '11', false],
    ['NumericLessThan', '10', '9.99', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '10.01', false],
    ['NumericGreaterThan', '-5', '-4', true],
    ['NumericGreaterThan', '-5', '-5', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericLessThan', ['1', '100'], '50', true],
    ['DateEquals', '2026-11-01T00:00:00Z', '1793491200', true],
    ['DateEquals', '2026-11-01', '2026-11-01T01:00:00+01:00', true],
    ['DateEquals', '2026-11-01', '2026-11-02T00:00:00Z', false],
    ['DateLessThan', '2026-11-01T00:00:00Z', '2026-10-31T23:59:59Z', true],
    ['DateLessThan', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z', false],
    ['DateLessThanEquals', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00.001Z', true],
    ['DateGreaterThan', 1793491200, '2026-11-01T00:00:00Z', false],
    ['DateGreaterThanEquals', 1793491200, '2026-11-01T00:00:00Z', true],
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'TRUE', true],
    ['Bool', 'False', 'true', false],
    ['Bool', 'false', 'false', true],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
    ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], '10.2.3.4', true],
    ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], '2001:db8::7', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.1', false],
    ['ArnEquals', 'arn:aws:iam::111111111111:role/x', 'arn:aws:iam::111111111111:role/x', true],
    ['ArnEquals', 'arn:aws:iam::111111111111:role/*', 'arn:aws:iam::111111111111:role/x/y', true],
    ['ArnLike', 'arn:aws:iam::*:role/x', 'arn:aws:iam::111111111111:role/x', true],
    ['ArnLike', 'arn:aws:sns:us-?-1:1*:topic:*', 'arn:aws:sns:us-e-1:111111111111:topic:a:b', true],
    ['ArnLike', 'arn:aws:iam::111111111111:role/x', 'arn:aws:iam::111111111111:role/xy', false],
    ['ArnLike', '*', 'arn:aws:iam::111111111111:role/x', true],
    ['ArnLike', '*', 'no ARN', false],
    ['ArnLike', 'arn:aws:iam::111111111111:role/x', 'no ARN', false],
  ])('%s %p, request has %p: %p', (operator, values, actual, expected) => {
    expect(holds(operator, values, actual)).toBe(expected);
    const negated = NEGATIONS[operator];
    if (negated) expect(holds(negated, values, actual)).toBe(!expected);
  });

  it.each([...OPERATORS.keys()].filter((name) => OPERATORS.get(name)!.negated))('the table above reaches %s', (name) => {
    expect(Object.values(NEGATIONS)).toContain(name);
  });

  it.each<[string, Values, string]>([
    ['NumericEquals', '1', 'one'],
    ['NumericEquals', '1', ''],
    ['NumericEquals', '1', '0x1'],
    ['NumericLessThan', '1', 'NaN'],
    ['DateEquals', '2026-01-01', 'today'],
    ['DateGreaterThan', '2026-01-01', 'Infinity'],
    ['Bool', 'false', ''],
    ['Bool', 'true', '1'],
    ['IpAddress', '0.0.0.0/0', 'Strongroom Internal'],
  ])('%s %p holds not for %p, which is of another type; its negation neither, but to deny', (operator, values, actual) => {
    expect(holds(operator, values, actual)).toBe(false);
    expect(holds(operator, values, actual, { effect: 'Deny' })).toBe(false);
    const negated = NEGATIONS[operator];
    if (!negated) return;
    expect(holds(negated, values, actual)).toBe(false);
    expect(holds(negated, values, actual, { effect: 'Deny' })).toBe(true);
  });
});

const SAMPLES: Record<string, [values: Values, hit: string, miss: string]> = {
  String: ['Blue', 'Blue', 'Red'],
  Numeric: ['10', '10', '11'],
  Date: ['2026-11-01', '2026-11-01', '2026-11-02'],
  Bool: ['true', 'true', 'false'],
  Binary: ['QQ==', 'QQ==', 'Qg=='],
  Arn: ['arn:aws:iam::111111111111:role/x', 'arn:aws:iam::111111111111:role/x', 'arn:aws:iam::111111111111:role/y'],
  Ip: ['10.0.0.0/8', '10.1.1.1', '11.1.1.1'],
  NotIp: ['10.0.0.0/8', '10.1.1.1', '11.1.1.1'],
};

describe.each([...OPERATORS.keys()])('%s', (operator) => {
  const family = /^(NotIp|[A-Z][a-z]+)/.exec(operator)![1]!;
  const [values, hit, miss] = SAMPLES[family]!;
  const negated = /Not/.test(operator);
  const on = (actual: ContextValue) => holds(operator, values, actual);
  // Orderings make `miss` a hit of their own; what counts below is what the operator says of each value alone.
  const first = on(hit);
  const second = on(miss);

  it('on an absent key', () => {
    for (const absent of [undefined, []]) {
      expect(on(absent)).toBe(negated);
      expect(holds(`${operator}IfExists`, values, absent)).toBe(true);
      expect(holds(`ForAllValues:${operator}`, values, absent)).toBe(true);
      expect(holds(`ForAllValues:${operator}IfExists`, values, absent)).toBe(true);
      expect(holds(`ForAnyValue:${operator}`, values, absent)).toBe(false);
      expect(holds(`ForAnyValue:${operator}IfExists`, values, absent)).toBe(true);
    }
  });

  it('on one value', () => {
    for (const [actual, expected] of [
      [hit, first],
      [miss, second],
    ] as const) {
      for (const quantifier of ['', 'ForAllValues:', 'ForAnyValue:']) {
        for (const suffix of ['', 'IfExists']) {
          expect(holds(`${quantifier}${operator}${suffix}`, values, actual)).toBe(expected);
          expect(holds(`${quantifier}${operator}${suffix}`, values, [actual])).toBe(expected);
        }
      }
    }
  });

  it('on several values', () => {
    const both = [hit, miss];
    for (const suffix of ['', 'IfExists']) {
      expect(holds(`ForAllValues:${operator}${suffix}`, values, both)).toBe(first && second);
      expect(holds(`ForAllValues:${operator}${suffix}`, values, [hit, hit])).toBe(first);
      expect(holds(`ForAnyValue:${operator}${suffix}`, values, both)).toBe(first || second);
      expect(holds(`ForAnyValue:${operator}${suffix}`, values, [miss, miss])).toBe(second);
      expect(holds(`${operator}${suffix}`, values, both)).toBe(negated ? first && second : first || second);
    }
  });
});

describe('Null', () => {
  it.each<[Values, ContextValue, boolean]>([
    ['true', undefined, true],
    ['true', [], true],
    ['true', 'x', false],
    ['true', '', false],
    ['true', ['x'], false],
    [true, undefined, true],
    ['false', undefined, false],
    ['false', [], false],
    ['False', 'x', true],
    [false, ['x'], true],
    [['true', 'false'], undefined, true],
    [['true', 'false'], 'x', true],
  ])('%p, request has %p: %p', (values, actual, expected) => {
    expect(holds('Null', values, actual)).toBe(expected);
    expect(holds('ForAllValues:Null', values, actual)).toBe(expected);
    expect(holds('ForAnyValue:Null', values, actual)).toBe(expected);
  });
});

it('ForAllValues takes an empty text for no value', () => {
  expect(holds('ForAllValues:StringEquals', 'x', '')).toBe(true);
});

describe('variables', () => {
  const more = { 'aws:username': 'alice', 'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/alice', 'aws:TagKeys': ['a', 'b'] };

  it.each<[string, Values, string, boolean]>([
    ['StringEquals', '${aws:username}', 'alice', true],
    ['StringEquals', '${aws:username}', 'bob', false],
    ['StringEquals', '${aws:username}', '${aws:username}', false],
    ['StringEqualsIgnoreCase', '${aws:UserName}', 'ALICE', true],
    ['StringLike', '${aws:username}-*', 'alice-1', true],
    ['StringEquals', "${aws:absent, 'x'}", 'x', true],
    ['StringLike', 'a${*}', 'a*', true],
    ['StringLike', 'a${*}', 'ab', false],
    ['StringEquals', 'a${*}', 'a*', true],
    ['ArnEquals', '${aws:PrincipalArn}', 'arn:aws:iam::111111111111:user/alice', true],
    ['ArnLike', 'arn:aws:iam::111111111111:user/${aws:username}', 'arn:aws:iam::111111111111:user/alice', true],
    ['ArnLike', 'arn:aws:iam::111111111111:user/${aws:username}', 'arn:aws:iam::111111111111:user/bob', false],
    ['ArnLike', "arn:aws:iam::${aws:absent, '111111111111'}:user/*", 'arn:aws:iam::111111111111:user/bob', true],
  ])('%s %p, request has %p: %p', (operator, values, actual, expected) => {
    expect(holds(operator, values, actual, { more })).toBe(expected);
    expect(holds(NEGATIONS[operator]!, values, actual, { more })).toBe(!expected);
  });

  it.each<[string, Values]>([
    ['StringEquals', '${aws:absent}'],
    ['StringEquals', ['x', '${aws:TagKeys}']],
    ['StringLike', '${aws:absent}*'],
    ['ArnLike', 'arn:aws:iam::111111111111:user/${aws:absent}'],
    ['ArnLike', '${aws:absent}'],
  ])('%s %p without a value neither matches nor fails to match: a Deny applies, an Allow does not', (operator, values) => {
    const actual = 'arn:aws:iam::111111111111:user/alice';
    for (const effect of ['Allow', 'Deny'] as const) expect(holds(operator, values, actual, { more, effect })).toBe(false);
    expect(holds(NEGATIONS[operator]!, values, actual, { more, effect: 'Allow' })).toBe(false);
    expect(holds(NEGATIONS[operator]!, values, actual, { more, effect: 'Deny' })).toBe(true);
  });

  it('an alternative that matches makes up for one without a value', () => {
    expect(holds('StringEquals', ['${aws:absent}', 'x'], 'x')).toBe(true);
    expect(holds('StringNotEquals', ['${aws:absent}', 'x'], 'x', { effect: 'Deny' })).toBe(false);
  });

  it('are literal text before version 2012-10-17', () => {
    expect(holds('StringEquals', '${aws:username}', '${aws:username}', { more, variables: false })).toBe(true);
    expect(holds('StringEquals', '${aws:username}', 'alice', { more, variables: false })).toBe(false);
    expect(holds('StringLike', '${*', '${abc', { variables: false })).toBe(true);
  });
});

it('demands every operator and every key', () => {
  const { conditions } = compile({
    StringEquals: { 'a:x': '1', 'a:y': ['2', '3'] },
    Bool: { 'a:z': 'true' },
  });
  const all = (values: Record<string, string>) => conditions.every((condition) => condition.holds(contextOf(values)));
  expect(all({ 'a:x': '1', 'a:y': '3', 'a:z': 'true' })).toBe(true);
  expect(all({ 'a:x': '1', 'a:y': '4', 'a:z': 'true' })).toBe(false);
  expect(all({ 'a:x': '1', 'a:y': '3', 'a:z': 'false' })).toBe(false);
  expect(all({ 'a:y': '3', 'a:z': 'true' })).toBe(false);
});

it('asks for keys in lower case, tag keys included', () => {
  const asked: string[] = [];
  const { conditions } = compile({ StringEquals: { 'AWS:ResourceTag/Team Name': 'x' } });
  conditions[0]!.holds((key) => void asked.push(key));
  expect(asked).toEqual(['aws:resourcetag/team name']);
});

it.each(['token.actions.example.com:sub', 'localhost:8080:aud', 'id.example.org/realms/staff_~1:sub'])(
  'takes %s, a key of an identity provider',
  (key) => {
    const { conditions } = compile({ StringEquals: { [key]: 'x' } });
    expect(conditions[0]!.holds(contextOf({ [key]: 'x' }))).toBe(true);
    expect(conditions[0]!.holds(contextOf({ [key]: 'y' }))).toBe(false);
  },
);

it.each([
  ['x', 'Condition', 'must be an object of condition operators'],
  [[], 'Condition', 'must be an object of condition operators'],
  [{ StringEqual: {} }, 'Condition.StringEqual', 'is not a condition operator'],
  [{ stringequals: {} }, 'Condition.stringequals', 'is not a condition operator'],
  [{ 'ForSomeValues:StringEquals': {} }, 'Condition.ForSomeValues:StringEquals', 'is not a condition operator'],
  [{ StringEqualsIfExistsIfExists: {} }, 'Condition.StringEqualsIfExistsIfExists', 'is not a condition operator'],
  [{ NullIfExists: { 'a:b': 'true' } }, 'Condition.NullIfExists', 'must not combine Null with IfExists'],
  [{ StringEquals: 'x' }, 'Condition.StringEquals', 'must be an object of condition keys'],
  [{ StringEquals: { key: 'x' } }, 'Condition.StringEquals.key', 'must be a condition key'],
  [{ StringEquals: { 'aws:*': 'x' } }, 'Condition.StringEquals.aws:*', 'must be a condition key'],
  [
    { StringEquals: { 'aws:PrincipalTag/${aws:username}': 'x' } },
    'Condition.StringEquals.aws:PrincipalTag/${aws:username}',
    'must not have a variable',
  ],
  [{ StringEquals: { 'a:b': [] } }, 'Condition.StringEquals.a:b', 'must have at least one value'],
  [{ StringEquals: { 'a:b': ['x', null] } }, 'Condition.StringEquals.a:b[1]', 'must be a string, a number or a boolean'],
  [{ StringEquals: { 'a:b': { c: 'd' } } }, 'Condition.StringEquals.a:b', 'must be a string, a number or a boolean'],
  [{ StringEquals: { 'a:b': ['x', '${'] } }, 'Condition.StringEquals.a:b[1]', 'has a ${ without its } (found "${")'],
  [{ StringLike: { 'a:b': '${nokey}' } }, 'Condition.StringLike.a:b', 'has a variable that is not one of'],
  [{ NumericEquals: { 'a:b': 'one' } }, 'Condition.NumericEquals.a:b', 'must be a decimal number (found "one")'],
  [{ NumericEquals: { 'a:b': '1e999' } }, 'Condition.NumericEquals.a:b', 'must be a decimal number'],
  [{ NumericEquals: { 'a:b': '${aws:epochtime}' } }, 'Condition.NumericEquals.a:b', 'must be a decimal number'],
  [{ DateLessThan: { 'a:b': '2026-02-30' } }, 'Condition.DateLessThan.a:b', 'must be an ISO 8601 date or time'],
  [{ Bool: { 'a:b': 'yes' } }, 'Condition.Bool.a:b', 'must be true or false (found "yes")'],
  [{ BinaryEquals: { 'a:b': 'QQ' } }, 'Condition.BinaryEquals.a:b', 'must be base64'],
  [{ IpAddress: { 'a:b': ['10.0.0.0/8', '10.0.0.0/33'] } }, 'Condition.IpAddress.a:b[1]', 'must be an IPv4 or IPv6 address'],
  [{ ArnLike: { 'a:b': 'role/x' } }, 'Condition.ArnLike.a:b', 'must be an ARN'],
  [{ ArnLike: { 'a:b': 'arn:aws:*:role/x' } }, 'Condition.ArnLike.a:b', 'must be an ARN'],
  [{ Null: { 'a:b': 'x' } }, 'Condition.Null.a:b', 'must be true or false (found "x")'],
])('refuses %j at %s', (element, place, rule) => {
  expect(compile(element).findings).toEqual([{ severity: 'error', place, rule: expect.stringContaining(rule) }]);
});
