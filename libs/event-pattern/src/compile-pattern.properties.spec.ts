import fc from 'fast-check';
import { compilePattern, MAX_PATTERN_LENGTH, type Json, type JsonObject } from './index';

// A small world, so that patterns and events meet often.
const names = fc.constantFrom('a', 'b', 'c');
const texts = fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'B', 'ba');
const scalars: fc.Arbitrary<Json> = fc.oneof(texts, fc.integer({ min: -1, max: 2 }), fc.boolean(), fc.constant(null));
const events = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalars, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(names, tie('value'), { maxKeys: 3 }),
}));
const condition = fc.oneof(
  scalars,
  fc.boolean().map((exists) => ({ exists })),
  texts.map((prefix) => ({ prefix })),
  texts.map((suffix) => ({ suffix })),
  fc.array(texts, { minLength: 1, maxLength: 2 }).map((but) => ({ 'anything-but': but })),
  fc.stringMatching(/^[ab]?\*?[ab]?$/).map((wildcard) => ({ wildcard })),
  fc.integer({ min: -1, max: 2 }).map((bound) => ({ numeric: ['>=', bound] })),
);
const patterns = fc.letrec<{ object: object }>((tie) => ({
  // Deeper ones could be refused for their depth, or for their combinations.
  object: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.dictionary(names, fc.array(condition, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 2 }),
    fc.dictionary(names, tie('object'), { minKeys: 1, maxKeys: 2 }),
    fc.array(tie('object'), { minLength: 2, maxLength: 3 }).map(($or) => ({ $or })),
  ),
})).object;

/** The same rules, told another way: an event is the set of its readings, in each of which every array is one of its members. */
function* readings(value: Json): Generator<Json | undefined> {
  if (Array.isArray(value)) {
    let any = false;
    for (const member of value) {
      for (const one of readings(member)) {
        any = true;
        yield one;
      }
    }
    if (!any) yield undefined;
  } else if (typeof value === 'object' && value !== null) {
    let partial: JsonObject[] = [{}];
    for (const [name, field] of Object.entries(value)) {
      const all = [...readings(field!)];
      partial = partial.flatMap((object) => all.map((one) => ({ ...object, [name]: one })));
    }
    yield* partial;
  } else yield value;
}

const holds = (pattern: object, reading: Json | undefined): boolean =>
  Object.entries(pattern).every(([name, wanted]: [string, unknown]) => {
    if (name === '$or') return (wanted as object[]).some((one) => holds(one, reading));
    const field = typeof reading === 'object' && reading !== null ? (reading as JsonObject)[name] : undefined;
    if (!Array.isArray(wanted)) return holds(wanted as object, field);
    const leaf = typeof field === 'object' && field !== null ? undefined : field;
    return wanted.some((one) => fits(one as Json, leaf));
  });

const fits = (wanted: Json, leaf: Json | undefined): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return leaf === wanted;
  const [[kind, operand]] = Object.entries(wanted) as [[string, never]];
  if (kind === 'exists') return operand === (leaf !== undefined);
  if (leaf === undefined) return false;
  if (kind === 'anything-but') return !(operand as Json[]).includes(leaf);
  if (kind === 'numeric') return typeof leaf === 'number' && leaf >= (operand as [string, number])[1];
  if (typeof leaf !== 'string') return false;
  if (kind === 'prefix') return leaf.startsWith(operand);
  if (kind === 'suffix') return leaf.endsWith(operand);
  return new RegExp(`^${(operand as string).replaceAll('*', '.*')}$`).test(leaf);
};

/** Readings differ from the rules in one thing: of an array with and without leaves, the members without are no absence. */
const kindOf = (value: Json): string =>
  Array.isArray(value)
    ? `array of ${kindOf(value[0] ?? null)}`
    : typeof value === 'object' && value !== null
      ? 'object'
      : 'scalar';
const isPlain = (value: Json): boolean =>
  Array.isArray(value)
    ? value.length > 0 && value.every((one) => isPlain(one) && kindOf(one) === kindOf(value[0]!))
    : typeof value !== 'object' || value === null || Object.values(value).every((one) => isPlain(one!));

it('matches what its readings say', () => {
  fc.assert(
    fc.property(patterns, events.object, (pattern, event) => {
      fc.pre(isPlain(event) && JSON.stringify(pattern).length <= MAX_PATTERN_LENGTH);
      const all = [...readings(event)];
      fc.pre(all.length < 500);
      const expected = all.some((reading) => holds(pattern, reading));
      expect(compilePattern(JSON.stringify(pattern)).matches(event)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

it('takes any text without another error than a fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        compilePattern(text);
      } catch (error) {
        expect((error as Error).name).toBe('PatternFault');
      }
    }),
    { numRuns: 200 },
  );
});
