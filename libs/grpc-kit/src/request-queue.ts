/**
 * Requests that a stream's caller has sent and its handler has not taken yet. Unlike a Node stream's own iterator, it can be
 * ended or failed from outside while a reader waits, and leaves the stream alone if its reader stops early.
 */
export class RequestQueue<Request> implements AsyncIterable<Request> {
  private readonly waiting: Request[] = [];
  private wanted: { resolve: (result: IteratorResult<Request, undefined>) => void; reject: (error: unknown) => void } | undefined;
  private outcome: { error?: unknown } | undefined;

  /** @param flow stops and restarts the source, so that at most about `limit` requests wait here */
  constructor(
    private readonly flow: { pause(): void; resume(): void },
    private readonly limit = 16,
  ) {}

  push(request: Request): void {
    if (this.outcome !== undefined) return;
    if (this.wanted !== undefined) {
      const { resolve } = this.wanted;
      this.wanted = undefined;
      resolve({ done: false, value: request });
      return;
    }
    this.waiting.push(request);
    if (this.waiting.length === this.limit) this.flow.pause();
  }

  /** No more requests: the reader gets those that wait, then the end. */
  end(): void {
    if (this.outcome !== undefined) return;
    this.outcome = {};
    this.wanted?.resolve({ done: true, value: undefined });
    this.wanted = undefined;
  }

  /** The reader gets the error now; what waits is dropped. */
  fail(error: unknown): void {
    if (this.outcome !== undefined && 'error' in this.outcome) return;
    this.outcome = { error };
    this.waiting.length = 0;
    this.wanted?.reject(error);
    this.wanted = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Request, undefined> {
    return {
      next: () => this.next(),
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  private next(): Promise<IteratorResult<Request, undefined>> {
    if (this.waiting.length > 0) {
      const value = this.waiting.shift()!;
      if (this.waiting.length === this.limit - 1) this.flow.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.outcome === undefined) return new Promise((resolve, reject) => (this.wanted = { resolve, reject }));
    if ('error' in this.outcome) return Promise.reject(this.outcome.error);
    return Promise.resolve({ done: true, value: undefined });
  }
}
