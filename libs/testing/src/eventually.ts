import { pollUntil } from '@strongroom/clock';

/**
 * How long tests wait for an answer; milliseconds. A busy machine takes its time. Shorter than a test may take, so that a failure
 * says what was awaited.
 */
export const PATIENCE_MS = 45_000;

/**
 * Repeats `probe` until it returns something other than undefined and false, and resolves with that.
 * @throws Error after `milliseconds`, with the error of the last attempt as its cause
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds = PATIENCE_MS,
  pauseMs?: number,
): Promise<T> {
  let last: unknown;
  const attempt = async () => {
    last = undefined;
    try {
      return await probe();
    } catch (error) {
      last = error;
      return undefined;
    }
  };
  const answer = await pollUntil(attempt, milliseconds, pauseMs);
  if (answer !== undefined) return answer;
  throw new Error(`${what}: not within ${milliseconds} ms`, { cause: last });
}

/** The duration of `work`; milliseconds. */
export async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
