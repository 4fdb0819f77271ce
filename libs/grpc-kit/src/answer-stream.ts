import { constants } from 'node:http2';
import type { handleBidiStreamingCall, handleServerStreamingCall } from '@grpc/grpc-js';
import { type DomainError, limitExceeded, serviceUnavailable } from '@strongroom/errors';
import type { RawBidiStream, RawServerStream, StreamedCall } from './active-call';
import type { Door } from './door';
import type { BidiStreamHandler, ServerStreamHandler } from './handler';
import { RequestQueue } from './request-queue';
import { malformed, runAround, runCall } from './run-call';

/** The time that the handler of a bidirectional stream has for requests that it took before the drain. Milliseconds. */
const DRAIN_STREAM_MS = 500;

const draining = (): DomainError => serviceUnavailable('the server is stopping: connect again');

export function answerServerStream(door: Door, handler: ServerStreamHandler): handleServerStreamingCall<Buffer, Buffer> {
  return (raw) => {
    const call = door.callOf(raw);
    if (call.ended || call.isRefused) return;
    const stream = new StreamCall(call, raw);
    void stream.answer(async () => {
      await runCall(call, raw.request, (request) => stream.sendAll(handler.handle(request, call)));
    });
  };
}

export function answerBidiStream(door: Door, handler: BidiStreamHandler): handleBidiStreamingCall<Buffer, Buffer> {
  return (raw) => {
    const call = door.callOf(raw);
    if (call.ended || call.isRefused) return;
    const stream = new StreamCall(call, raw, handler.finishes ? Infinity : DRAIN_STREAM_MS);
    void stream.answer(async () => {
      const requests = stream.receive(raw);
      await runAround(call, undefined, () => handler.handle(requests, call, (response, onSent) => stream.send(response, onSent)));
    });
  };
}

/** A stream of either kind, while it is open. */
class StreamCall {
  private bufferedBytes = 0;
  private requests: RequestQueue<never> | undefined;
  private stopped: DomainError | undefined;
  /** Each function rejects one promise that the answer waits for. */
  private readonly interrupts = new Set<(reason: DomainError) => void>();
  /** The caller of a bidirectional stream has closed its side. */
  private hasAllRequests = false;
  private isDraining = false;
  private drainTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly call: StreamedCall,
    private readonly raw: RawServerStream | RawBidiStream,
    private readonly drainMs = DRAIN_STREAM_MS,
  ) {
    call.isHandled = true;
    call.runtime.streams.add(this);
    call.interrupt = (reason) => this.stop(reason);
    // The signal follows the caller's cancellation.
    const { signal } = call;
    const stop = () => this.stop(signal.reason as DomainError);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  }

  /** Never rejects. */
  async answer(handle: () => Promise<void>): Promise<void> {
    const { call, raw } = this;
    try {
      if (call.runtime.isDraining) throw draining();
      call.checkDeadline();
      raw.sendMetadata(call.responseMetadata());
      await this.orInterrupted(handle());
      if (this.isDraining && !this.hasAllRequests) throw draining();
      if (call.ended) return;
      call.succeed();
      raw.end();
    } catch (error) {
      this.fail(error);
    } finally {
      call.runtime.streams.delete(this);
      clearTimeout(this.drainTimer);
    }
  }

  /** The requests of a bidirectional stream. */
  receive(raw: RawBidiStream): RequestQueue<never> {
    const requests = new RequestQueue<never>(raw);
    this.requests = requests;
    raw.on('data', (bytes: Buffer) => {
      try {
        requests.push(this.call.rpc.decode(bytes));
      } catch (error) {
        this.stop(malformed(error));
      }
    });
    raw.on('end', () => {
      this.hasAllRequests = true;
      requests.end();
    });
    return requests;
  }

  /** Sends the handler's responses as fast as the caller reads. */
  async sendAll(responses: AsyncIterable<unknown>): Promise<void> {
    const iterator: AsyncIterator<unknown, unknown> = responses[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.orInterrupted(iterator.next());
        if (done) return;
        if (!this.raw.write(this.call.rpc.encode(value as never))) {
          await this.orInterrupted(new Promise<void>((resolve) => this.raw.once('drain', resolve)));
        }
      }
    } finally {
      // Not awaited: a generator that waits for something else returns only when that arrives.
      Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
  }

  /** Sends now, and ends the stream if too much waits for a caller that does not read. */
  send(response: unknown, onSent?: () => void): void {
    if (this.call.ended || this.call.isCancelled) return;
    const bytes = this.call.rpc.encode(response as never);
    this.bufferedBytes += bytes.length;
    if (this.bufferedBytes > this.call.runtime.maxBufferedBytes) {
      this.stop(limitExceeded('the stream was ended because its responses are not read'));
      // A status would wait behind the responses.
      this.call.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    this.raw.write(bytes, () => {
      this.bufferedBytes -= bytes.length;
      onSent?.();
    });
  }

  /** A server stream ends at once. A bidirectional one gets no more requests, and some time to answer those that it has. */
  drain(): void {
    if (this.requests === undefined) this.stop(draining());
    else {
      this.isDraining = true;
      this.requests.end();
      if (this.drainMs < Infinity) this.drainTimer = setTimeout(() => this.stop(draining()), this.drainMs);
    }
  }

  private stop(reason: DomainError): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    this.requests?.fail(reason);
    this.call.abort(reason);
    for (const interrupt of this.interrupts) interrupt(reason);
  }

  private fail(error: unknown): void {
    const { call } = this;
    if (call.ended) return;
    const status = call.fail(call.isCancelled ? call.interruption() : error);
    // The handler may still use the signal, and grpc-js takes a stream's status in this way.
    if (!call.isCancelled) this.raw.emit('error', status);
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
