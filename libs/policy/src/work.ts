/** Characters compared, by the worst that a pattern can do: some milliseconds. Policies as large as they may be need a fraction of it for real requests. */
export const MOST_WORK = 4_000_000;

/** A decision would hold up everybody else for too long. */
export class TooMuchWork extends Error {}

/** What the decision under way may still do. A decision waits for nothing, so there is one at a time. */
let left = Infinity;

/** @throws TooMuchWork */
export function spend(work: number): void {
  left -= work;
  if (left < 0) throw new TooMuchWork();
}

/** Runs what waits for nothing within a limit of work. @throws TooMuchWork, and what it throws */
export function withinLimit<T>(decide: () => T): T {
  left = MOST_WORK;
  try {
    return decide();
  } finally {
    left = Infinity;
  }
}
