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
  let settle!: (error: DomainError) => void;
  const end = new Promise<never>((_, reject) => (settle = reject));
  const abort = () =>
    settle(new DomainError({ kind: 'cancelled', reason: 'RequestCanceledException', message: `${what} was given up.` }));
  const timer = setTimeout(() => settle(deadlineExceeded(`${what} took longer than ${milliseconds / 1000} s.`)), milliseconds);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  // Results of stopped work are ignored.
  work.catch(() => {});
  let done = false;
  try {
    const result = await Promise.race([work.finally(() => (done = true)), end]);
    return result;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    if (!done) giveUp();
  }
};
