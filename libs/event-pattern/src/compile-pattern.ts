import { isObject, type JsonObject as PatternObject, JsonSyntaxError, type JsonValue, parseStrictJson } from '@strongroom/policy';
import { addCondition, type Budget, type Conditions } from './condition';
import { fieldOf, type Json, type JsonObject, objectsIn, scalarsIn } from './json';
import { PatternFault } from './pattern-fault';

/** In UTF-16 code units, as in EventBridge. */
export const MAX_PATTERN_LENGTH = 4_096;
/** Combinations of the alternatives of all `$or`, as in EventBridge. */
const MAX_COMBINATIONS = 1_000;
/** In all wildcards of a pattern: each of them looks through the whole value of its field. */
const MAX_ASTERISKS = 50;

/** A compiled pattern. */
export interface EventPattern {
  /** The cost is at most the size of the pattern times the size of the event. */
  matches(event: JsonObject): boolean;
}

/** Of an object of the event, or of one that is not there. */
type ObjectTest = (object: JsonObject | undefined) => boolean;
/** Of a field of the event. */
type FieldTest = (value: Json | undefined) => boolean;

interface Compiled {
  test: ObjectTest;
  /** Combinations of alternatives. */
  combinations: number;
}

/**
 * Compiles an event pattern of EventBridge. Fields that a pattern names must all be there and match; an array has alternatives.
 * Where an event has an array, one of its members must match, and one and the same for all fields of a nested pattern.
 *
 * @throws PatternFault
 */
export function compilePattern(text: string): EventPattern {
  if (text.length > MAX_PATTERN_LENGTH) throw PatternFault.at('', `must have at most ${MAX_PATTERN_LENGTH} characters.`);
  const pattern = parse(text);
  if (!isObject(pattern)) throw PatternFault.at('', 'must be a JSON object.');
  const { test } = compileObject('', pattern, { asterisks: MAX_ASTERISKS });
  return { matches: test };
}

function parse(text: string): JsonValue {
  try {
    return parseStrictJson(text, (place) => {
      throw PatternFault.at(place, 'must not be there twice.');
    });
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new PatternFault(`At ${error.place} the pattern ${error.rule}.`);
    throw error;
  }
}

function compileObject(place: string, pattern: PatternObject, budget: Budget): Compiled {
  if (pattern.size === 0) throw PatternFault.at(place, 'must not be an empty object.');
  const tests: ObjectTest[] = [];
  let combinations = 1;
  for (const [name, value] of pattern) {
    const inner = compileField(place === '' ? name : `${place}.${name}`, name, value, budget);
    tests.push(inner.test);
    combinations *= inner.combinations;
    if (combinations > MAX_COMBINATIONS) {
      throw PatternFault.at(place, `must have at most ${MAX_COMBINATIONS} combinations of the alternatives of $or.`);
    }
  }
  return { test: (object) => tests.every((test) => test(object)), combinations };
}

function compileField(place: string, name: string, value: JsonValue, budget: Budget): Compiled {
  if (name === '$or') return compileAlternatives(place, value, budget);
  if (Array.isArray(value)) {
    const test = compileConditions(place, value, budget);
    return { test: (object) => test(fieldOf(object, name)), combinations: 1 };
  }
  if (!isObject(value)) throw PatternFault.at(place, 'must be an object or an array.');
  const { test, combinations } = compileObject(place, value, budget);
  const inObjects: FieldTest = (field) => {
    const objects = objectsIn(field);
    // In an object that is not there every field is absent, which a pattern may ask for.
    return objects.length === 0 ? test(undefined) : objects.some(test);
  };
  return { test: (object) => inObjects(fieldOf(object, name)), combinations };
}

function compileAlternatives(place: string, value: JsonValue, budget: Budget): Compiled {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw PatternFault.at(place, 'must be an array of at least two objects.');
  }
  const alternatives = value.map((one, at) => compileObject(`${place}[${at}]`, one, budget));
  return {
    test: (object) => alternatives.some(({ test }) => test(object)),
    combinations: alternatives.reduce((sum, { combinations }) => sum + combinations, 0),
  };
}

function compileConditions(place: string, values: readonly JsonValue[], budget: Budget): FieldTest {
  if (values.length === 0) throw PatternFault.at(place, 'must not be an empty array.');
  const conditions: Conditions = { exact: new Set(), tests: [], mayBeAbsent: false, mayBeAnything: false };
  for (const value of values) {
    if (isObject(value)) addCondition(conditions, place, value, budget);
    else if (Array.isArray(value)) throw PatternFault.at(place, 'must not have an array in its array.');
    else conditions.exact.add(value);
  }
  const { exact, tests, mayBeAbsent, mayBeAnything } = conditions;
  return (field) => {
    const scalars = scalarsIn(field);
    if (scalars.length === 0) return mayBeAbsent;
    return mayBeAnything || scalars.some((scalar) => exact.has(scalar) || tests.some((test) => test(scalar)));
  };
}
