import { deadlineExceeded } from '@strongroom/errors';

/**
 * Who may wait for a connection of one pool: more than a server has calls in flight. A call that has given up waits on until its turn, for the driver knows no
 * way back: while a database hangs, they must not become ever more.
 */
export const MAX_WAITING = 8_192;

/** How long a database call may take when its caller names no deadline. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Waits for `work` until `deadline` (epoch ms), then calls `abandon` and rejects with a DomainError.
 * A database that has stopped answering must not hold its callers.
 */
export const withDeadline = <T>(work: Promise<T>, deadline: number, abandon: () => void): Promise<T> => {
  const left = deadline - Date.now();
  const overdue = () => {
    abandon();
    return deadlineExceeded('the database did not answer in time');
  };
  // Else a fast answer could come before the timer that ends at once.
  if (left <= 0) return Promise.reject(overdue());
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overdue()), left);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
};
