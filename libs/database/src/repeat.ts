import { backoff, sleep } from './sleep';

/**
 * Does `work` again, with growing pauses, as long as it fails for a reason that may pass. `lasting` says of an error what the caller is told when the time is
 * over, epoch milliseconds; undefined: it does not pass.
 */
export const repeat = async <T>(
  work: () => Promise<T>,
  deadline: number,
  lasting: (error: unknown) => Error | undefined,
): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const failure = lasting(error);
      if (failure === undefined) throw error;
      const delay = backoff(tries);
      if (Date.now() + delay >= deadline) throw failure;
      await sleep(delay);
    }
  }
};
