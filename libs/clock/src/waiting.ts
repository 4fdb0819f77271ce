/**
 * Asks `probe` until it answers something other than undefined and false, and resolves with that. Resolves with undefined if
 * `milliseconds` pass first.
 */
export async function pollUntil<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds: number,
  pauseMs = 20,
): Promise<T | undefined> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    const left = end - Date.now();
    if (left <= 0) return undefined;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, left)));
  }
}

/**
 * Resolves or rejects as `work` does, or rejects with what `overdue` makes if `milliseconds` pass first. `work` then continues,
 * and its outcome is ignored.
 */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  overdue = () => new Error(`not done within ${milliseconds} ms`),
): Promise<T> {
  work.catch(() => undefined);
  // Otherwise a fast answer could arrive before the timer that ends at once.
  if (milliseconds <= 0) throw overdue();
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(overdue()), milliseconds);
  });
  return Promise.race([end, work]).finally(() => clearTimeout(timer));
}

/**
 * Resolves or rejects as `work` does, or rejects with what `reason` makes if `signal` aborts first. `work` then continues, as
 * with `within`.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, reason: () => Error): Promise<T> {
  work.catch(() => undefined);
  if (signal.aborted) throw reason();
  let onAbort!: () => void;
  const end = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(reason());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([end, work]).finally(() => signal.removeEventListener('abort', onAbort));
}
