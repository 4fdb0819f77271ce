import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats `probe` until it answers something other than undefined and false, and answers that. Throws when it has not within
 * `milliseconds`, with what the last attempt threw.
 */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  milliseconds = 10_000,
  pause = 20,
): Promise<T> => {
  const deadline = Date.now() + milliseconds;
  let last: unknown;
  do {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(pause);
  } while (Date.now() < deadline);
  throw new Error(`${what}: not within ${milliseconds} ms`, { cause: last });
};

/** How long `work` takes, milliseconds. */
export const duration = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
