import { AMBIGUOUS, type ContextLookup, type ContextValue } from './model';

/** A lookup in a plain record, whose keys may be in any case. On the hot path, write a lazy lookup instead. */
export function contextOf(values: Readonly<Record<string, ContextValue>>): ContextLookup {
  const byKey = new Map<string, ContextValue>();
  for (const [key, value] of Object.entries(values)) byKey.set(key.toLowerCase(), value);
  return (key) => byKey.get(key);
}

/**
 * Condition keys that end in a user's own key, such as `aws:RequestTag/KEY`, by that key. Their names are in lower case. Keys
 * that differ only in case and have different values are ambiguous. `prefix` is in lower case.
 */
export function contextByKey(
  prefix: string,
  entries: Iterable<readonly [key: string, value: string]>,
): Record<string, ContextValue> {
  const values: Record<string, ContextValue> = {};
  for (const [key, value] of entries) {
    const name = `${prefix}${key.toLowerCase()}`;
    const other = values[name];
    if (other !== undefined && other !== value) values[name] = AMBIGUOUS;
    else values[name] = value;
  }
  return values;
}
