import type { ContextLookup } from '../model';
import { type Match, Pattern, type PatternSyntax, PatternSyntaxError } from '../pattern';
import { ArnPattern } from './arn-pattern';
import { parseInstant } from './instant';
import { inAnyRange, parseIpRange } from './ip-range';

/** Compares one value of the request with all values in the policy, which are alternatives. */
export type Test = (value: string, context: ContextLookup) => Match;

export interface Operator {
  /** The test is the positive operator's; its result is inverted. */
  readonly negated: boolean;
  /**
   * Parses the policy's values once. `reject` takes the index of a value and the rule that it breaks; after a rejection the
   * result is not used.
   */
  readonly compile: (values: readonly string[], variables: boolean, reject: (index: number, rule: string) => void) => Test;
}

type Compile = Operator['compile'];

/** Parses each value, turning what the parser refuses into a rejection of that value. */
function parseEach<T>(
  values: readonly string[],
  reject: (index: number, rule: string) => void,
  parse: (value: string) => T,
): T[] {
  return values.flatMap((value, index) => {
    try {
      return [parse(value)];
    } catch (error) {
      if (!(error instanceof PatternSyntaxError)) throw error;
      reject(index, error.message);
      return [];
    }
  });
}

const required = <T>(parsed: T | undefined, rule: string): T => {
  if (parsed === undefined) throw new PatternSyntaxError(rule);
  return parsed;
};

/** True if one matches; unknown if none does and one is unknown. */
function anyMatch(
  patterns: readonly { matches(value: string, context: ContextLookup): Match }[],
  value: string,
  context: ContextLookup,
): Match {
  let result: Match = false;
  for (const pattern of patterns) {
    const match = pattern.matches(value, context);
    if (match === true) return true;
    if (match === undefined) result = undefined;
  }
  return result;
}

const text =
  (syntax: Pick<PatternSyntax, 'wildcards' | 'ignoreCase'>): Compile =>
  (values, variables, reject) => {
    const patterns = parseEach(values, reject, (value) => new Pattern(value, { ...syntax, variables }));
    return syntax.ignoreCase
      ? (value, context) => anyMatch(patterns, value.toLowerCase(), context)
      : (value, context) => anyMatch(patterns, value, context);
  };

const arn: Compile = (values, variables, reject) => {
  const patterns = parseEach(values, reject, (value) => new ArnPattern(value, variables));
  return (value, context) => anyMatch(patterns, value, context);
};

type Comparison = (actual: number, expected: number) => boolean;

const ordered =
  (parse: (value: string) => number | undefined, rule: string) =>
  (compare: Comparison): Compile =>
  (values, _variables, reject) => {
    const expected = parseEach(values, reject, (value) => required(parse(value), rule));
    return (value) => {
      const actual = parse(value);
      if (actual === undefined) return undefined;
      for (const limit of expected) if (compare(actual, limit)) return true;
      return false;
    };
  };

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

const number = ordered((value) => {
  const parsed = DECIMAL.test(value) ? Number(value) : Infinity;
  return Number.isFinite(parsed) ? parsed : undefined;
}, 'must be a decimal number');

const date = ordered(parseInstant, 'must be an ISO 8601 date or time, such as 2026-11-01T00:00:00Z, or epoch seconds');

const address: Compile = (values, _variables, reject) => {
  const ranges = parseEach(values, reject, (value) =>
    required(parseIpRange(value), 'must be an IPv4 or IPv6 address, or a range of them in CIDR form'),
  );
  return (value) => inAnyRange(value, ranges);
};

const isTrue = (value: string): boolean | undefined => {
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
};

const bool: Compile = (values, _variables, reject) => {
  const expected = parseEach(values, reject, (value) => required(isTrue(value), 'must be true or false'));
  return (value) => {
    const actual = isTrue(value);
    return actual === undefined ? undefined : expected.includes(actual);
  };
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const binary: Compile = (values, _variables, reject) => {
  const expected = parseEach(values, reject, (value) => required(BASE64.test(value) ? value : undefined, 'must be base64'));
  return (value) => expected.includes(value);
};

const operator = (compile: Compile, negated = false): Operator => ({ compile, negated });
const equal: Comparison = (actual, expected) => actual === expected;
const less: Comparison = (actual, expected) => actual < expected;
const atMost: Comparison = (actual, expected) => actual <= expected;
const greater: Comparison = (actual, expected) => actual > expected;
const atLeast: Comparison = (actual, expected) => actual >= expected;
const NEGATED = true;

/**
 * Every operator that compares values, by its name without qualifier and `IfExists`. `Null`, which compares none, is not here.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', operator(text({ wildcards: false }))],
  ['StringNotEquals', operator(text({ wildcards: false }), NEGATED)],
  ['StringEqualsIgnoreCase', operator(text({ wildcards: false, ignoreCase: true }))],
  ['StringNotEqualsIgnoreCase', operator(text({ wildcards: false, ignoreCase: true }), NEGATED)],
  ['StringLike', operator(text({ wildcards: true }))],
  ['StringNotLike', operator(text({ wildcards: true }), NEGATED)],
  ['NumericEquals', operator(number(equal))],
  ['NumericNotEquals', operator(number(equal), NEGATED)],
  ['NumericLessThan', operator(number(less))],
  ['NumericLessThanEquals', operator(number(atMost))],
  ['NumericGreaterThan', operator(number(greater))],
  ['NumericGreaterThanEquals', operator(number(atLeast))],
  ['DateEquals', operator(date(equal))],
  ['DateNotEquals', operator(date(equal), NEGATED)],
  ['DateLessThan', operator(date(less))],
  ['DateLessThanEquals', operator(date(atMost))],
  ['DateGreaterThan', operator(date(greater))],
  ['DateGreaterThanEquals', operator(date(atLeast))],
  ['Bool', operator(bool)],
  ['BinaryEquals', operator(binary)],
  ['IpAddress', operator(address)],
  ['NotIpAddress', operator(address, NEGATED)],
  ['ArnEquals', operator(arn)],
  ['ArnNotEquals', operator(arn, NEGATED)],
  ['ArnLike', operator(arn)],
  ['ArnNotLike', operator(arn, NEGATED)],
]);
