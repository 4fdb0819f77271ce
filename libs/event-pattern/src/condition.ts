import type { JsonValue } from '@strongroom/policy';
import { cidrTest } from './cidr';
import type { Scalar } from './json';
import { numericTest } from './numeric';
import { PatternFault } from './pattern-fault';
import { matchesPieces, wildcardPieces } from './wildcard';

/** A condition for one scalar of a field. */
export type Test = (value: Scalar) => boolean;

/** What patterns may spend in all. */
export interface Budget {
  /** Asterisks that are left. */
  asterisks: number;
}

/** The conditions of a field: one of them must hold. */
export interface Conditions {
  /** The values themselves. */
  readonly exact: Set<Scalar>;
  readonly tests: Test[];
  /** Whether the field may be absent, and whether its being there suffices. */
  mayBeAbsent: boolean;
  mayBeAnything: boolean;
}

const ofText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const not =
  (test: Test): Test =>
  (value) =>
    !test(value);

const anyOf =
  (tests: readonly Test[]): Test =>
  (value) =>
    tests.some((test) => test(value));

const fold = (text: string): string => text.toLowerCase();

/** Reads the member of a field's array that is an object, such as `{ "prefix": "Delete" }`, into its conditions. */
export function addCondition(
  conditions: Conditions,
  place: string,
  condition: ReadonlyMap<string, JsonValue>,
  budget: Budget,
): void {
  const [[kind, operand] = ['', null], ...more] = [...condition];
  if (kind === '' || more.length > 0) throw PatternFault.at(place, 'must have one key in each match expression.');
  if (kind === 'exists') {
    if (typeof operand !== 'boolean') throw PatternFault.at(place, 'must have true or false as "exists".');
    if (operand) conditions.mayBeAnything = true;
    else conditions.mayBeAbsent = true;
    return;
  }
  conditions.tests.push(testOf(place, kind, operand, budget));
}

function testOf(place: string, kind: string, operand: JsonValue, budget: Budget): Test {
  switch (kind) {
    case 'prefix':
    case 'suffix': {
      if (!(operand instanceof Map)) return affix(place, kind, textOf(place, kind, operand), false);
      return affix(place, kind, onlyIgnoringCase(place, kind, operand), true);
    }
    case 'equals-ignore-case':
      return equalsIgnoringCase(textOf(place, kind, operand));
    case 'wildcard':
      return wildcard(place, textOf(place, kind, operand), budget);
    case 'numeric': {
      const test = numericTest(place, operand);
      return (value) => typeof value === 'number' && test(value);
    }
    case 'cidr':
      return ofText(cidrTest(place, textOf(place, kind, operand)));
    case 'anything-but':
      return not(unwanted(place, operand, budget));
    default:
      throw PatternFault.at(place, `has an unknown match type "${kind.slice(0, 100)}".`);
  }
}

/** What `anything-but` excludes: values, or all that one other condition, or one of several, describes. */
function unwanted(place: string, operand: JsonValue, budget: Budget): Test {
  if (operand instanceof Map) {
    const [[kind, inner] = ['', null], ...more] = [...(operand as ReadonlyMap<string, JsonValue>)];
    if (more.length > 0 || !['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(kind)) {
      throw PatternFault.at(
        place,
        'must have prefix, suffix, equals-ignore-case or wildcard as the match type in "anything-but".',
      );
    }
    const all = Array.isArray(inner) ? inner : [inner];
    if (all.length === 0) throw PatternFault.at(place, `must have at least one value as "${kind}" in "anything-but".`);
    return anyOf(
      all.map((one) => {
        const text = textOf(place, kind, one);
        if (text === '') throw PatternFault.at(place, `must have no empty text as "${kind}" in "anything-but".`);
        return testOf(place, kind, text, budget);
      }),
    );
  }
  const values = Array.isArray(operand) ? operand : [operand];
  const [type] = values.map((value) => typeof value);
  if (!values.every((value) => typeof value === type && (type === 'string' || type === 'number'))) {
    throw PatternFault.at(place, 'must have texts or numbers, all of one kind, as "anything-but".');
  }
  if (values.length === 0) throw PatternFault.at(place, 'must have at least one value as "anything-but".');
  const excluded = new Set(values as Scalar[]);
  return (value) => excluded.has(value);
}

function affix(place: string, kind: 'prefix' | 'suffix', text: string, ignoresCase: boolean): Test {
  if (!ignoresCase) return ofText(kind === 'prefix' ? (value) => value.startsWith(text) : (value) => value.endsWith(text));
  const folded = fold(text);
  // Changing the case can change the length, so the whole value is folded.
  return ofText((value) => (kind === 'prefix' ? fold(value).startsWith(folded) : fold(value).endsWith(folded)));
}

function onlyIgnoringCase(place: string, kind: string, operand: ReadonlyMap<string, JsonValue>): string {
  const inner = operand.get('equals-ignore-case');
  if (operand.size !== 1 || inner === undefined) {
    throw PatternFault.at(place, `must have a text or equals-ignore-case as "${kind}".`);
  }
  return textOf(place, 'equals-ignore-case', inner);
}

function equalsIgnoringCase(text: string): Test {
  const folded = fold(text);
  return ofText((value) => fold(value) === folded);
}

function wildcard(place: string, text: string, budget: Budget): Test {
  const pieces = wildcardPieces(place, text);
  budget.asterisks -= pieces.length - 1;
  if (budget.asterisks < 0) throw PatternFault.at(place, 'has an asterisk too many: a pattern may have 50 in all its wildcards.');
  return ofText((value) => matchesPieces(pieces, value));
}

function textOf(place: string, kind: string, operand: JsonValue): string {
  if (typeof operand !== 'string') throw PatternFault.at(place, `must have a text as "${kind}".`);
  return operand;
}
