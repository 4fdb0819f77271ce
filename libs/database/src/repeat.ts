import { backoff } from '@strongroom/random';
import { sleep } from './sleep';

const PAUSES = { first: 20, longest: 500 };

/**
 * Repeats `work`, with growing pauses, as long as it fails for a reason that may pass. For such an error, `lasting` returns the
 * error that the caller gets when the time is over (epoch milliseconds); undefined means that the reason will not pass.
 */
export async function repeat<T>(
  work: () => Promise<T>,
  deadline: number,
  lasting: (error: unknown) => Error | undefined,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const failure = lasting(error);
      if (failure === undefined) throw error;
      const delay = backoff(tries, PAUSES);
      if (Date.now() + delay >= deadline) throw failure;
      await sleep(delay);
      // A busy machine wakes up late: the cause says more than that the time is over.
      if (Date.now() >= deadline) throw failure;
    }
  }
}
