import { currentTrace, inTraceOf, type TraceContext } from '@strongroom/tracing';

/**
 * Joins requests of one turn of the event loop into batches, so that requests in flight share a round trip and nothing is cached:
 * every answer is as fresh as that of a separate call. An idle system pays nothing: a single request leaves at the end of its own
 * turn.
 */
export interface CoalescerOptions<Request, Result> {
  /** The size of the largest batch; further requests go into another batch of the same turn. */
  maxBatch: number;
  /**
   * The number of batches at a time. Further requests wait until one ends, and join the next. For writes: the slower the commits,
   * the more requests share one. Default: no limit.
   */
  maxInFlight?: number;
  /**
   * Answers a whole batch, with one outcome for each request, in order. An `Error` as an outcome rejects only that request; a
   * rejected promise rejects the whole batch.
   */
  run(batch: readonly Request[]): Promise<readonly (Result | Error)[]>;
}

/** What was thrown, as the outcome of one request. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

interface Waiting<Request, Result> {
  request: Request;
  /** What asks, where it is traced. */
  trace: TraceContext | undefined;
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
      this.waiting.push({ request, trace: currentTrace(), resolve, reject });
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
      const outcomes = await inTraceOf(batch, () => this.options.run(batch.map((waiting) => waiting.request)));
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
