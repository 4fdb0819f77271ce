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
   * Answers a whole batch, one outcome for each request, in order. An `Error` as an outcome rejects that request
   * alone; a rejected promise rejects the whole batch.
   */
  run(batch: readonly Request[]): Promise<readonly (Result | Error)[]>;
}

interface Waiting<Request, Result> {
  request: Request;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Coalescer<Request, Result> {
  private waiting: Waiting<Request, Result>[] = [];

  constructor(private readonly options: CoalescerOptions<Request, Result>) {
    if (options.maxBatch < 1) throw new RangeError('maxBatch must be at least 1');
  }

  ask(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let start = 0; start < all.length; start += this.options.maxBatch) {
      void this.answer(all.slice(start, start + this.options.maxBatch));
    }
  }

  private async answer(batch: Waiting<Request, Result>[]): Promise<void> {
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
    }
  }
}
