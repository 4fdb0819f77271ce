/**
 * The most characters that a decision may compare: some milliseconds. Even policies of the maximum size need a fraction of it for
 * real requests.
 */
export const MOST_WORK = 4_000_000;

/** A decision would delay everybody else for too long. */
export class TooMuchWork extends Error {}

/** The work that the present decision may still do. A decision is synchronous, so there is only one at a time. */
let left = Infinity;

/** @throws TooMuchWork */
export function spend(work: number): void {
  left -= work;
  if (left < 0) throw new TooMuchWork();
}

/** Runs a synchronous function within a limit of work. @throws TooMuchWork, and what it throws */
export function withinLimit<T>(decide: () => T): T {
  left = MOST_WORK;
  try {
    return decide();
  } finally {
    left = Infinity;
  }
}
