import { constants } from 'node:http2';
import type { handleBidiStreamingCall, handleServerStreamingCall } from '@grpc/grpc-js';
import { type DomainError, limitExceeded, serviceUnavailable } from '@strongroom/errors';
import { ActiveCall, type MethodRuntime, type RawBidiStream, type RawServerStream, type ServerRuntime } from './active-call';
import { admit, decodeRequest, reportRefusal, runAround } from './admission';
import type { BidiStreamHandler, ServerStreamHandler } from './handler';
import { streamOf } from './peer';
import { RequestQueue } from './request-queue';

/** How long the handler of a bidirectional stream has for what it took before the drain. Milliseconds. */
const DRAIN_STREAM_MS = 500;

const draining = (): DomainError => serviceUnavailable('the server is stopping: connect again');

export function answerServerStream(
  runtime: ServerRuntime,
  rpc: MethodRuntime,
  handler: ServerStreamHandler,
): handleServerStreamingCall<Buffer, Buffer> {
  return (raw) => {
    const call = new StreamCall(runtime, rpc, raw);
    void call.answer(async () => {
      const request = decodeRequest(rpc, raw.request);
      await runAround(call.context, request, () => call.sendAll(handler.handle(request, call.context)));
    });
  };
}

export function answerBidiStream(
  runtime: ServerRuntime,
  rpc: MethodRuntime,
  handler: BidiStreamHandler,
): handleBidiStreamingCall<Buffer, Buffer> {
  return (raw) => {
    const call = new StreamCall(runtime, rpc, raw);
    void call.answer(async () => {
      const requests = call.receive(raw);
      await runAround(call.context, undefined, () => handler.handle(requests, call.context, (response) => call.send(response)));
    });
  };
}

/** A stream of either kind, as long as it is open. */
class StreamCall {
  readonly context: ActiveCall;
  private bufferedBytes = 0;
  private requests: RequestQueue<never> | undefined;
  private stopped: DomainError | undefined;
  /** Each rejects one thing that the answer waits for. */
  private readonly interrupts = new Set<(reason: DomainError) => void>();
  /** The caller of a bidirectional stream has closed its side. */
  private hasAllRequests = false;
  private drainTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runtime: ServerRuntime,
    private readonly rpc: MethodRuntime,
    private readonly raw: RawServerStream | RawBidiStream,
  ) {
    this.context = new ActiveCall(runtime, rpc, raw, Infinity);
    runtime.streams.add(this);
    // Asking for the signal also makes it follow the caller's cancellation.
    const { signal } = this.context;
    if (signal.aborted) this.stop(signal.reason);
    else signal.addEventListener('abort', () => this.stop(signal.reason));
  }

  /** Never rejects. */
  async answer(handle: () => Promise<void>): Promise<void> {
    let isAdmitted = false;
    try {
      if (this.runtime.isDraining) throw draining();
      this.context.checkDeadline();
      await this.orInterrupted(Promise.resolve(admit(this.context)));
      isAdmitted = true;
      this.raw.sendMetadata(this.context.responseMetadata());
      await this.orInterrupted(handle());
      if (this.drainTimer !== undefined && !this.hasAllRequests) throw draining();
      if (this.context.ended) return;
      this.context.succeed();
      this.raw.end();
    } catch (error) {
      if (!isAdmitted) await reportRefusal(this.context, error);
      this.fail(error);
    } finally {
      this.runtime.streams.delete(this);
      clearTimeout(this.drainTimer);
    }
  }

  /** The requests of a bidirectional stream. */
  receive(raw: RawBidiStream): RequestQueue<never> {
    const requests = new RequestQueue<never>(raw);
    this.requests = requests;
    raw.on('data', (bytes: Buffer) => {
      try {
        requests.push(decodeRequest(this.rpc, bytes));
      } catch (error) {
        this.stop(error as DomainError);
      }
    });
    raw.on('end', () => {
      this.hasAllRequests = true;
      requests.end();
    });
    return requests;
  }

  /** Sends what the handler yields, as fast as the caller reads. */
  async sendAll(responses: AsyncIterable<unknown>): Promise<void> {
    const iterator = responses[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.orInterrupted(iterator.next());
        if (done) return;
        if (!this.raw.write(this.rpc.encode(value as never))) {
          await this.orInterrupted(new Promise<void>((resolve) => this.raw.once('drain', resolve)));
        }
      }
    } finally {
      // Not awaited: a generator that waits for something else returns only after it has come.
      Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
  }

  /** Sends now, and gives the stream up when too much waits for a caller that does not read. */
  send(response: unknown): void {
    if (this.context.ended || this.raw.cancelled) return;
    const bytes = this.rpc.encode(response as never);
    this.bufferedBytes += bytes.length;
    if (this.bufferedBytes > this.runtime.maxBufferedBytes) {
      this.stop(limitExceeded('the stream was ended because its responses are not read'));
      // A status would wait behind the responses.
      streamOf(this.raw)?.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    this.raw.write(bytes, () => {
      this.bufferedBytes -= bytes.length;
    });
  }

  /** A server stream ends at once. A bidirectional one gets no more requests, and a moment to answer those it has. */
  drain(): void {
    if (this.requests === undefined) this.stop(draining());
    else {
      this.requests.end();
      this.drainTimer = setTimeout(() => this.stop(draining()), DRAIN_STREAM_MS);
    }
  }

  private stop(reason: DomainError): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    this.requests?.fail(reason);
    this.context.abort(reason);
    for (const interrupt of this.interrupts) interrupt(reason);
  }

  private fail(error: unknown): void {
    if (this.context.ended) return;
    const status = this.context.fail(this.raw.cancelled ? this.context.interruption() : error);
    // The handler may still hold the signal, and this is how grpc-js takes a status for a stream.
    if (!this.raw.cancelled) this.raw.emit('error', status);
  }

  /** Unlike a race with one long-lived promise, this leaves nothing behind after each wait. */
  private async orInterrupted<T>(work: Promise<T>): Promise<T> {
    let interrupt: ((reason: DomainError) => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        work.then(resolve, reject);
        if (this.stopped !== undefined) reject(this.stopped);
        else this.interrupts.add((interrupt = reject));
      });
    } finally {
      if (interrupt !== undefined) this.interrupts.delete(interrupt);
    }
  }
}
