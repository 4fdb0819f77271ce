import { within } from '@strongroom/clock';
import { deadlineExceeded } from '@strongroom/errors';

/**
 * The most calls that may wait for a connection of one pool: more than a server has calls in flight. The driver cannot remove a
 * waiting call, so even a call that has given up waits for its turn. The limit stops them from accumulating while a database
 * hangs.
 */
export const MAX_WAITING = 8_192;

/** How long a database that is not there yet is waited for at the start. Milliseconds. */
export const WAIT_MS = 15_000;

/** The time that a database call may take if its caller sets no deadline; milliseconds. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Waits for `work` until `deadline` (epoch ms), then calls `abandon` and rejects with a DomainError.
 * A database that has stopped answering must not hold its callers.
 */
export function withDeadline<T>(work: Promise<T>, deadline: number, abandon: () => void): Promise<T> {
  return within(work, deadline - Date.now(), () => {
    abandon();
    return deadlineExceeded('the database did not answer in time');
  });
}
