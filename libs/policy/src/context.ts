import type { ContextLookup, ContextValue } from './model';

/** A lookup over a plain record, whose keys may be in any case. For requests on the hot path write a lazy lookup instead. */
export function contextOf(values: Readonly<Record<string, ContextValue>>): ContextLookup {
  const byKey = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return (key) => byKey.get(key);
}
