import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import {
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status as Code,
} from '@grpc/grpc-js';
import { networkOf } from '@strongroom/bounds';
import type { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { DomainError, deadlineExceeded, isDomainError, throttled } from '@strongroom/errors';
import type { CallTimer, LogSampler } from '@strongroom/telemetry';
import type { CallContext, Peer } from './call-context';
import { bearerTokenOf, callerReferenceOf, deadlineOf, requestIdOf, userAgentOf } from './call-headers';
import type { Connection } from './connections';
import { type CallStatus, REQUEST_ID, codeName, toStatus } from './error-status';
import type { Handler } from './handler';
import type { Quota } from '@strongroom/fairness';
import type { MessageMeter } from './message-meter';
import type { Around } from './server-options';
import type { ServerRuntime } from './server-runtime';

/** What all calls of one method share. */
export interface MethodRuntime {
  readonly path: string;
  readonly operation: string;
  readonly kind: Handler['kind'];
  readonly rule: {
    readonly callers: 'authenticated' | 'anyone' | 'none';
    /** `any`: every service of the trust domain. */
    readonly services: ReadonlySet<string> | 'any';
    readonly onBehalf: ReadonlySet<string>;
    /** Health: asked by whoever keeps the service alive, under load most of all. */
    readonly isHealth?: boolean;
    readonly maxStreams?: number;
  };
  /** Open streams by caller. */
  readonly streams: Quota;
  readonly timer: CallTimer;
  readonly around: readonly Around<never>[];
  decode(bytes: Buffer): never;
  encode(response: never): Buffer;
}

/** All messages stay bytes for grpc-js: the wrapper decodes after it let the caller in, and sees what cannot be encoded. */
export type RawUnaryCall = ServerUnaryCall<Buffer, Buffer>;
export type RawServerStream = ServerWritableStream<Buffer, Buffer>;
export type RawBidiStream = ServerDuplexStream<Buffer, Buffer>;

const THROTTLE_DELAY_MS = 100;
/** Smaller ones are bounded by the streams that a caller has. Bytes. */
const LARGE_ANSWER = 16 << 10;
/** A timer for longer than this would fire at once. Milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Of answers: messages that are compressed are not taken, and a client that has been told does not send them. */
const ACCEPT_ENCODING = 'grpc-accept-encoding';

/** One call from its headers to its status: the context that handlers see, and the books that are kept on it. */
export class ActiveCall implements CallContext<never> {
  readonly method: string;
  readonly operation: string;
  /** The other end of the connection; on somebody's behalf, `admit` puts that caller's in its place. */
  peer: Peer;
  readonly requestId: string;
  readonly deadline: number;
  /** What was sent as `grpc-timeout` is none. */
  readonly hasBadTimeout: boolean;
  caller = undefined as never;
  /** Whose share of the server the call takes; undefined for a service that calls as itself, and for nobody in particular. */
  account: string | undefined;
  /** The service that has verified the caller has found the request to be none; so this call does nothing but fail. */
  refusal: DomainError | undefined;
  /** Who may have so many streams open. */
  callerKey: string | undefined;
  /** The status is decided: whatever comes later is dropped. */
  ended = false;
  /** The caller has gone, or the connection. */
  isCancelled = false;
  /** It is being refused: no handler must have it. */
  isRefused = false;
  /** Its handler has it, and everything that it needs to begin. */
  isHandled = false;
  /** Counts what it sends. */
  meter: MessageMeter | undefined;
  /** Ends the call from outside. Each stage of a call has its way. */
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
    readonly stream: ServerHttp2Stream,
    private readonly headers: IncomingHttpHeaders,
    private readonly rawHeaders: readonly string[],
  ) {
    this.method = rpc.path;
    this.operation = rpc.operation;
    this.peer = connection.peer;
    this.requestId = (this.peer.service === undefined ? undefined : requestIdOf(headers)) ?? randomUUID();
    const now = Date.now();
    const asked = deadlineOf(headers, now);
    this.hasBadTimeout = asked === undefined;
    this.deadline = Math.min(asked ?? Infinity, rpc.kind === 'unary' ? now + runtime.maxDeadlineMs : Infinity);
    if (this.deadline - now < MAX_TIMER_MS) this.timer = setTimeout(overdue, this.deadline - now, this).unref();
    runtime.metrics.inFlight++;
  }

  get userAgent(): string {
    return (this.agent ??= userAgentOf(this.headers));
  }

  /** What came in `strongroom-caller-bin`. */
  get callerReference(): Buffer | undefined {
    return callerReferenceOf(this.headers);
  }

  /** From `authorization: Bearer …`; undefined without that header. @throws unauthenticated for any other use of it */
  get bearerToken(): string | undefined {
    return bearerTokenOf(this.headers, this.rawHeaders);
  }

  /** The call is somebody else's, whom the peer has verified. */
  actFor({ sourceIp, userAgent, insecureTransport }: CallerReference): void {
    this.peer = { address: sourceIp, ...(insecureTransport ? { insecureTransport } : {}) };
    this.agent = userAgentOf({ 'user-agent': userAgent });
  }

  /** Nobody has said who makes it. */
  get isAnonymous(): boolean {
    return this.caller === undefined && this.rpc.rule.callers === 'anyone';
  }

  /** Whom calls count for that nobody in particular makes. */
  get network(): string {
    return networkOf(this.peer.address);
  }

  /** Made when somebody asks: most calls never need one. */
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

  /** The stream is gone, after its status or before. */
  closed(): void {
    this.isCancelled = true;
    this.meter?.end();
    if (this.ended) return;
    if (this.controller !== undefined) this.abort(this.interruption());
    if (!this.isHandled) this.fail(this.interruption());
  }

  /** Runs when the call has ended. */
  onEnd(release: () => void): void {
    (this.atEnd ??= []).push(release);
  }

  /** Why the call was taken away from its handler. */
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

  /** Room for an answer until its caller has read it; false: there is none. */
  keepAnswer(bytes: number): boolean {
    const { account, runtime, stream } = this;
    if (bytes < LARGE_ANSWER || account === undefined || this.connection.isService) return true;
    if (!runtime.callersBytes.take(account, bytes)) return false;
    const give = (): void => runtime.callersBytes.give(account, bytes);
    if (stream.destroyed) give();
    else stream.once('close', give);
    return true;
  }

  succeed(): void {
    this.end(Code.OK);
  }

  /** Ends the call by an error: one line in the log, and the status to send. */
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

function overdue(call: ActiveCall): void {
  if (!call.ended) call.interrupt(deadlineExceeded('the deadline has passed'));
}
