import { pollUntil } from '@strongroom/clock';

/**
 * Repeats `probe` until it answers something other than undefined and false, and answers that. Throws when it has not within
 * `milliseconds`, with what the last attempt threw.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds = 10_000,
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

/** How long `work` takes, milliseconds. */
export async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
