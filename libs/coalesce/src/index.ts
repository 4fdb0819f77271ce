/**
 * Joins what is asked for in one turn of the event loop into batches, so that requests in flight share a round trip
 * instead of caching its result: every answer is as fresh as a call of its own would be.
 *
 * An idle system pays nothing for it: a single request leaves at the end of its own turn.
 */
export interface CoalescerOptions<Request, Result> {
  /** Largest batch; what comes on top goes into another batch of the same turn. */
  maxBatch: number;
  /**
   * Batches under way at a time; while as many are, what is asked for waits for the end of one and joins the next. For writes: the slower the commits, the more
   * share one. Default: no limit.
   */
  maxInFlight?: number;
  /**
   * Answers a whole batch, one outcome for each request, in order. An `Error` as an outcome rejects that request
   * alone; a rejected promise rejects the whole batch.
   */
  run(batch: readonly Request[]): Promise<readonly (Result | Error)[]>;
}

/** What was thrown, as the outcome of one request. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

interface Waiting<Request, Result> {
  request: Request;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Coalescer<Request, Result> {
  private waiting: Waiting<Request, Result>[] = [];
  private inFlight = 0;
  private flushing = false;

  constructor(private readonly options: CoalescerOptions<Request, Result>) {
    if (options.maxBatch < 1) throw new RangeError('maxBatch must be at least 1');
  }

  ask(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.flushSoon();
    });
  }

  private flushSoon(): void {
    if (this.flushing || this.isFull) return;
    this.flushing = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.flushing = false;
    while (this.waiting.length > 0 && !this.isFull) void this.answer(this.waiting.splice(0, this.options.maxBatch));
  }

  private get isFull(): boolean {
    return this.inFlight >= (this.options.maxInFlight ?? Infinity);
  }

  private async answer(batch: Waiting<Request, Result>[]): Promise<void> {
    this.inFlight++;
    try {
      const outcomes = await this.options.run(batch.map((waiting) => waiting.request));
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (index >= outcomes.length) waiting.reject(new Error('the batch has fewer outcomes than requests'));
        else if (outcome instanceof Error) waiting.reject(outcome);
        else waiting.resolve(outcome as Result);
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.inFlight--;
      if (this.waiting.length > 0) this.flushSoon();
    }
  }
}
