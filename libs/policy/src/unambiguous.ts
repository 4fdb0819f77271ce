import { AMBIGUOUS, type ContextValue } from './model';

/** A policy asks for a key whose value nobody can tell. */
export class AmbiguousKey extends Error {}

/** @throws AmbiguousKey */
export function unambiguous(value: ContextValue): Exclude<ContextValue, symbol> {
  if (value === AMBIGUOUS) throw new AmbiguousKey();
  return value;
}
