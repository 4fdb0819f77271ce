import { child, isObject, type JsonValue } from '../strict-json';
import type { ContextLookup, ContextValue } from '../model';
import { unambiguous } from '../unambiguous';
import { quote, type Report } from '../report';
import { type Operator, OPERATORS, type Test } from './operators';

export type Quantifier = 'ForAllValues' | 'ForAnyValue';

/** One key under one operator, with its alternatives. A statement applies only if all of its conditions hold. */
export interface Condition {
  /** In lower case. */
  readonly key: string;
  /** Without quantifier and `IfExists`. */
  readonly operator: string;
  readonly quantifier?: Quantifier;
  readonly ifExists: boolean;
  /** As written, for code that checks a policy and not a request. */
  readonly values: readonly string[];
  readonly holds: (context: ContextLookup) => boolean;
}

export interface ConditionScope {
  effect: 'Allow' | 'Deny';
  /** Replaces variables: policy version 2012-10-17. */
  variables: boolean;
}

const OPERATOR_NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
/** The prefix is a service's, or the host and path of an identity provider, as in `id.example.org/realms/staff:sub`. */
const KEY = /^[A-Za-z0-9._~/-]+:[^:\s*?][^*?]*$/;

/** Compiles a Condition element. */
export function compileConditions(element: JsonValue, place: string, scope: ConditionScope, report: Report): Condition[] {
  if (!isObject(element)) {
    report.error(place, 'must be an object of condition operators');
    return [];
  }
  return [...element].flatMap(([name, block]) => compileBlock(name, block, child(place, name), scope, report));
}

function compileBlock(name: string, block: JsonValue, place: string, scope: ConditionScope, report: Report): Condition[] {
  const [, quantifier, operator, ifExists] = OPERATOR_NAME.exec(name) ?? [];
  const isNull = operator === 'Null';
  const found = operator === undefined ? undefined : OPERATORS.get(operator);
  if (!found && !isNull) {
    report.error(place, `is not a condition operator`);
    return [];
  }
  if (isNull && ifExists) report.error(place, 'must not combine Null with IfExists');
  if (!isObject(block)) {
    report.error(place, 'must be an object of condition keys');
    return [];
  }
  return [...block].map(([key, element]) => {
    const keyPlace = child(place, key);
    if (!KEY.test(key)) report.error(keyPlace, 'must be a condition key: a prefix, a colon and a name, without wildcards');
    if (key.includes('${')) report.error(keyPlace, 'must not have a variable in the condition key');
    const values = readValues(element, keyPlace, report);
    const shape = {
      key: key.toLowerCase(),
      operator: operator!,
      ...(quantifier ? { quantifier: quantifier as Quantifier } : {}),
      ifExists: ifExists !== undefined,
      values,
    };
    const holds = found
      ? comparing(shape, found, compileTest(found, values, element, keyPlace, scope, report), scope)
      : nullTest(shape.key, values, element, keyPlace, report);
    return { ...shape, holds };
  });
}

/** Numbers and booleans count as their texts, as in AWS. */
function readValues(element: JsonValue, place: string, report: Report): string[] {
  const values = Array.isArray(element) ? element : [element];
  if (values.length === 0) report.error(place, 'must have at least one value');
  return values.map((value, index) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    report.error(placeOf(element, place, index), 'must be a string, a number or a boolean');
    return '';
  });
}

const placeOf = (element: JsonValue, place: string, index: number): string =>
  Array.isArray(element) ? `${place}[${index}]` : place;

const rejectAt =
  (values: readonly string[], element: JsonValue, place: string, report: Report) => (index: number, rule: string) =>
    report.error(placeOf(element, place, index), `${rule} (found ${quote(values[index]!)})`);

const compileTest = (
  operator: Operator,
  values: readonly string[],
  element: JsonValue,
  place: string,
  scope: ConditionScope,
  report: Report,
): Test => operator.compile(values, scope.variables, rejectAt(values, element, place, report));

const isAbsent = (value: Exclude<ContextValue, symbol>): value is undefined =>
  value === undefined || (typeof value !== 'string' && value.length === 0);

/** Applies AWS's rules for absent keys and for several values; the result is a function of the request. */
function comparing(
  { key, quantifier, ifExists }: Pick<Condition, 'key' | 'quantifier' | 'ifExists'>,
  { negated }: Operator,
  test: Test,
  { effect }: ConditionScope,
): Condition['holds'] {
  // The result of a negated operator if a variable has no value or the request's value does not have the operator's type: a Deny
  // applies, an Allow does not.
  const unknown = negated && effect === 'Deny';
  const one = (value: string, context: ContextLookup): boolean => {
    const match = test(value, context);
    return match === undefined ? unknown : match !== negated;
  };
  const every = (values: readonly string[], context: ContextLookup): boolean => {
    for (const value of values) if (!one(value, context)) return false;
    return true;
  };
  const some = (values: readonly string[], context: ContextLookup): boolean => {
    for (const value of values) if (one(value, context)) return true;
    return false;
  };
  switch (quantifier) {
    case 'ForAllValues':
      return (context) => {
        const value = unambiguous(context(key));
        if (isAbsent(value) || value === '') return true;
        return typeof value === 'string' ? one(value, context) : every(value, context);
      };
    case 'ForAnyValue':
      return (context) => {
        const value = unambiguous(context(key));
        if (isAbsent(value)) return ifExists;
        return typeof value === 'string' ? one(value, context) : some(value, context);
      };
    default: {
      // Without a quantifier, several values are alternatives: one must match; for a negated operator, none may.
      const several = negated ? every : some;
      return (context) => {
        const value = unambiguous(context(key));
        if (isAbsent(value)) return ifExists || negated;
        return typeof value === 'string' ? one(value, context) : several(value, context);
      };
    }
  }
}

/** `true`: the request must not carry the key; `false`: it must. */
function nullTest(key: string, values: readonly string[], element: JsonValue, place: string, report: Report): Condition['holds'] {
  const reject = rejectAt(values, element, place, report);
  values.forEach((value, index) => {
    if (!/^(true|false)$/i.test(value)) reject(index, 'must be true or false');
  });
  const expected = new Set(values.map((value) => value.toLowerCase() === 'true'));
  return (context) => expected.has(isAbsent(unambiguous(context(key))));
}
