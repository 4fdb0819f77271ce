/** Resolves or rejects as `work` does, or rejects after `ms`; `work` then continues, and its outcome is ignored. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
  });
  work.catch(() => undefined);
  return Promise.race([work, impatience]).finally(() => clearTimeout(timer));
}
