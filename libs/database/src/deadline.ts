import { deadlineExceeded } from '@strongroom/errors';

/** How long a database call may take when its caller names no deadline. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Waits for `work` until `deadline` (epoch ms), then calls `abandon` and rejects with a DomainError.
 * A database that has stopped answering must not hold its callers.
 */
export const withDeadline = <T>(work: Promise<T>, deadline: number, abandon: () => void): Promise<T> => {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        abandon();
        reject(deadlineExceeded('the database did not answer in time'));
      },
      Math.max(0, deadline - Date.now()),
    );
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
};
