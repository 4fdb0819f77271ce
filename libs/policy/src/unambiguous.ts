import { AMBIGUOUS, type ContextValue } from './model';

/** A policy uses a key whose value is ambiguous. */
export class AmbiguousKey extends Error {}

/** @throws AmbiguousKey */
export function unambiguous(value: ContextValue): Exclude<ContextValue, symbol> {
  if (value === AMBIGUOUS) throw new AmbiguousKey();
  return value;
}
