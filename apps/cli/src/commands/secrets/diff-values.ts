import type { PlainValue } from '@strongroom/client';
import { bytesOf, fieldsOf, type JsonObject } from './value-text';

export type KeyChange = 'added' | 'removed' | 'changed' | 'same';

export interface KeyDifference {
  /** The path to the key, `a.b` for one inside of another; '' for a value that is no JSON object. */
  key: string;
  change: KeyChange;
}

/** What differs between two values, by key; never what they are. */
export const diffValues = (from: PlainValue, to: PlainValue): KeyDifference[] => {
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  if (before === undefined || after === undefined) {
    return [{ key: '', change: bytesOf(from).equals(bytesOf(to)) ? 'same' : 'changed' }];
  }
  return diffObjects(before, after, []);
};

const diffObjects = (before: JsonObject, after: JsonObject, path: readonly string[]): KeyDifference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    const inside = [...path, name];
    const key = inside.join('.');
    if (!Object.hasOwn(before, name)) return [{ key, change: 'added' as const }];
    if (!Object.hasOwn(after, name)) return [{ key, change: 'removed' as const }];
    const [old, present] = [before[name], after[name]];
    if (isObject(old) && isObject(present)) return diffObjects(old, present, inside);
    return [{ key, change: canonical(old) === canonical(present) ? ('same' as const) : ('changed' as const) }];
  });

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The same text for the same data, whatever the order of keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
