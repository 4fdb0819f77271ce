import { unlessAborted, within } from '@strongroom/clock';
import { deadlineExceeded, DomainError } from '@strongroom/errors';

/** The time that a target has to accept a connection and a login; milliseconds. */
export const CONNECT_TIMEOUT = 5_000;
/** The time that one statement or request may take; milliseconds. */
export const STATEMENT_TIMEOUT = 15_000;

export interface Bounds {
  signal: AbortSignal;
  milliseconds: number;
  /** The name of the work for the message: "The server's answer". */
  what: string;
  /** Ends the work, for example by destroying the connection. Called at most once. */
  giveUp: () => void;
}

/**
 * Waits for work on a target, at most for its own limit and until the step ends. Then it stops the work and rejects, whether or
 * not the work notices.
 */
export const bounded = async <T>(work: Promise<T>, { signal, milliseconds, what, giveUp }: Bounds): Promise<T> => {
  const overdue = () => deadlineExceeded(`${what} took longer than ${milliseconds / 1000} s.`);
  const aborted = () =>
    new DomainError({ kind: 'cancelled', reason: 'RequestCanceledException', message: `${what} was given up.` });
  let done = false;
  const ended = work.finally(() => (done = true));
  try {
    return await within(unlessAborted(ended, signal, aborted), milliseconds, overdue);
  } finally {
    if (!done) giveUp();
  }
};
