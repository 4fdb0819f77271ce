import { randomUUID } from 'node:crypto';
import type { ServerHttp2Stream } from 'node:http2';
import { Metadata, type ServerDuplexStream, type ServerWritableStream, status as Code } from '@grpc/grpc-js';
import { networkOf } from '@strongroom/bounds';
import type { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { calledVia } from '@strongroom/methods';
import { DomainError, deadlineExceeded, isDomainError, throttled } from '@strongroom/errors';
import type { CallTimer, LogSampler } from '@strongroom/telemetry';
import type { Span } from '@strongroom/tracing';
import type { CallContext, Peer } from './call-context';
import { type CallHead, userAgentIn } from './call-headers';
import type { Connection } from './connections';
import { type CallStatus, REQUEST_ID, codeName, toStatus } from './error-status';
import type { Handler } from './handler';
import type { Quota } from '@strongroom/fairness';
import type { MessageMeter } from './message-meter';
import type { Around } from './server-options';
import type { ServerRuntime } from './server-runtime';

/** The data that all calls of one method share. */
export interface MethodRuntime {
  readonly path: string;
  readonly operation: string;
  readonly kind: Handler['kind'];
  readonly rule: {
    readonly callers: 'authenticated' | 'anyone' | 'none';
    /** `any`: every service of the trust domain. */
    readonly services: ReadonlySet<string> | 'any';
    readonly onBehalf: ReadonlySet<string>;
    /** Health checks: orchestrators make them, above all under load. */
    readonly isHealth?: boolean;
    readonly maxStreams?: number;
    readonly maxStreamsOfAll?: number;
  };
  /** Open streams by caller. */
  readonly streams: Quota;
  readonly timer: CallTimer;
  readonly around: readonly Around<never>[];
  decode(bytes: Buffer): never;
  encode(response: never): Buffer;
}

/**
 * All messages stay bytes for grpc-js: the wrapper decodes a message after admitting its caller, and handles answers that cannot
 * be encoded.
 */
export type RawServerStream = ServerWritableStream<Buffer, Buffer>;
export type RawBidiStream = ServerDuplexStream<Buffer, Buffer>;

const THROTTLE_DELAY_MS = 100;
/** Smaller answers are limited by the number of the caller's streams. Bytes. */
const LARGE_ANSWER = 16 << 10;
/** A longer timer would fire at once. Milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** For answers: the server refuses compressed messages, and this tells clients not to send them. */
const ACCEPT_ENCODING = 'grpc-accept-encoding';

/** One call from its headers to its status: the context for handlers, and the call's accounting. */
export class ActiveCall implements CallContext<never> {
  readonly method: string;
  readonly operation: string;
  /** The other end of the connection; for a call on somebody's behalf, `admit` replaces it with the caller's. */
  peer: Peer;
  readonly requestId: string;
  readonly deadline: number;
  /** The header `grpc-timeout` is malformed. */
  readonly hasBadTimeout: boolean;
  caller = undefined as never;
  via: string | undefined;
  /**
   * The account whose share of the server the call uses; undefined for a service that calls as itself, and for anonymous calls.
   */
  account: string | undefined;
  /** The service that verified the caller has refused the request, so this call only records and returns the refusal. */
  refusal: DomainError | undefined;
  /** The name under which the caller's open streams are counted. */
  callerKey: string | undefined;
  /** The status is decided; later data is dropped. */
  ended = false;
  /** The caller has gone, or the connection. */
  isCancelled = false;
  /** The call is being refused, so no handler may run. */
  isRefused = false;
  /** The handler has everything that it needs to begin. */
  isHandled = false;
  /** The call's span, while the call is traced. */
  span: Span | undefined;
  /** Ends the call from outside; each stage of a call sets its own way. */
  interrupt: (reason: DomainError) => void = () => undefined;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;
  private atEnd: (() => void)[] | undefined;
  private controller: AbortController | undefined;
  private agent: string | undefined;

  constructor(
    readonly runtime: ServerRuntime,
    readonly rpc: MethodRuntime,
    readonly connection: Connection,
    readonly head: CallHead,
  ) {
    this.method = rpc.path;
    this.operation = rpc.operation;
    this.peer = connection.peer;
    this.requestId = (this.peer.service === undefined ? undefined : head.requestId) ?? randomUUID();
    const now = Date.now();
    const asked = head.deadline(now);
    this.hasBadTimeout = asked === undefined;
    this.deadline = Math.min(asked ?? Infinity, rpc.kind === 'unary' ? now + runtime.maxDeadlineMs : Infinity);
    if (this.deadline - now < MAX_TIMER_MS) this.timer = setTimeout(overdue, this.deadline - now, this).unref();
    runtime.metrics.inFlight++;
  }

  get userAgent(): string {
    return (this.agent ??= this.head.userAgent);
  }

  /** The call belongs to another caller, whom the peer has verified. */
  actFor({ sourceIp, userAgent, insecureTransport }: CallerReference, service: string): void {
    this.peer = { address: sourceIp, ...(insecureTransport ? { insecureTransport } : {}) };
    this.agent = userAgentIn(userAgent);
    this.via = calledVia(service);
  }

  /** The call is anonymous. */
  get isAnonymous(): boolean {
    return this.caller === undefined && this.rpc.rule.callers === 'anyone';
  }

  /** The name under which anonymous calls are counted. */
  get network(): string {
    return networkOf(this.peer.address);
  }

  /** Created on demand, because most calls never need one. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isCancelled) this.controller.abort(this.interruption());
    }
    return this.controller.signal;
  }

  abort(reason: DomainError): void {
    if (!this.ended) this.controller?.abort(reason);
  }

  /** Nobody waits for it any more: its stream has closed, after its status or before. */
  closed(): void {
    this.isCancelled = true;
    if (this.ended) return;
    if (this.controller !== undefined) this.abort(this.interruption());
    if (!this.isHandled) this.fail(this.interruption());
  }

  /** Runs when the call has ended. */
  onEnd(release: () => void): void {
    (this.atEnd ??= []).push(release);
  }

  /** The reason why the call was taken from its handler. */
  interruption(): DomainError {
    if (Date.now() >= this.deadline) return deadlineExceeded('the deadline has passed');
    return new DomainError({ kind: 'cancelled', reason: 'RequestCanceledException', message: 'the call was cancelled' });
  }

  checkDeadline(): void {
    if (Date.now() >= this.deadline) throw deadlineExceeded('the deadline has passed');
  }

  overload(): DomainError {
    return throttled('the service is busy: repeat the call later', { metadata: { retry_after_ms: String(THROTTLE_DELAY_MS) } });
  }

  responseMetadata(): Metadata {
    const metadata = new Metadata();
    metadata.set(REQUEST_ID, this.requestId);
    metadata.set(ACCEPT_ENCODING, 'identity');
    return metadata;
  }

  succeed(): void {
    this.end(Code.OK);
  }

  /** Ends the call with an error: writes one log line, and returns the status to send. */
  fail(error: unknown): CallStatus {
    const status = toStatus(error, { service: this.runtime.service, requestId: this.requestId });
    const fields = {
      requestId: this.requestId,
      method: this.method,
      peer: this.peer.certificateUri ?? this.peer.address,
      code: codeName(status.code),
      durationMs: Math.round(performance.now() - this.startedAt),
    };
    const log: LogSampler = this.runtime.refusedCalls;
    const kind = `${fields.code} ${this.method}`;
    if (!isDomainError(error)) log.error(kind, 'call failed', { ...fields, error });
    else if (error.kind === 'internal') log.error(kind, 'call failed', { ...fields, reason: error.reason, error });
    else if (error.kind === 'cancelled') log.debug(kind, 'call cancelled', fields);
    else
      log.warn(kind, 'call failed', {
        ...fields,
        reason: error.reason,
        ...(error.cause === undefined ? {} : { error: error.cause }),
      });
    this.span?.fail({ code: fields.code });
    this.end(status.code);
    return status;
  }

  private end(code: Code): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.runtime.metrics.inFlight--;
    this.rpc.timer.observe(codeName(code), (performance.now() - this.startedAt) / 1000);
    if (this.atEnd !== undefined) for (const release of this.atEnd) release();
  }
}

/** A call with a stream of HTTP/2 of its own. */
export class StreamedCall extends ActiveCall {
  /** Counts what it sends. */
  meter: MessageMeter | undefined;

  constructor(
    runtime: ServerRuntime,
    rpc: MethodRuntime,
    connection: Connection,
    readonly stream: ServerHttp2Stream,
    head: CallHead,
  ) {
    super(runtime, rpc, connection, head);
  }

  override closed(): void {
    this.meter?.end();
    super.closed();
  }

  /** Reserves room for an answer until its caller has read it; false if there is none. */
  keepAnswer(bytes: number): boolean {
    const { account, runtime, stream } = this;
    if (bytes < LARGE_ANSWER || account === undefined || this.connection.isService) return true;
    if (!runtime.callersBytes.take(account, bytes)) return false;
    const give = (): void => runtime.callersBytes.give(account, bytes);
    if (stream.destroyed) give();
    else stream.once('close', give);
    return true;
  }
}

function overdue(call: ActiveCall): void {
  if (!call.ended) call.interrupt(deadlineExceeded('the deadline has passed'));
}
