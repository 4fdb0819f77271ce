import { randomUUID } from 'node:crypto';
import {
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status as Code,
} from '@grpc/grpc-js';
import type { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { DomainError, deadlineExceeded, isDomainError, throttled } from '@strongroom/errors';
import type { CallTimer, Logger, Metrics } from '@strongroom/telemetry';
import type { CallContext, Peer } from './call-context';
import { CALLER_REFERENCE } from './caller-header';
import { type CallStatus, REQUEST_ID, codeName, toStatus } from './error-status';
import type { PeerSource, Peers } from './peer';
import type { Around, Credential, UnidentifiedCall } from './server-options';

/** What all calls of one server share. */
export interface ServerRuntime {
  readonly service: string;
  readonly peers: Peers;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly maxDeadlineMs: number;
  readonly maxInFlight: number;
  readonly maxBufferedBytes: number;
  authenticate(credential: Credential, call: UnidentifiedCall): Promise<unknown>;
  onRefused?(call: UnidentifiedCall, error: unknown): Promise<void> | void;
  /** Unary calls under way. */
  unaryInFlight: number;
  /** Open streams, for the drain. */
  readonly streams: Set<{ drain(): void }>;
  isDraining: boolean;
}

/** What all calls of one method share. */
export interface MethodRuntime {
  readonly path: string;
  readonly operation: string;
  readonly rule: {
    readonly callers: 'authenticated' | 'anyone' | 'none';
    /** `any`: every service of the trust domain. */
    readonly services: ReadonlySet<string> | 'any';
    readonly onBehalf: ReadonlySet<string>;
  };
  readonly timer: CallTimer;
  readonly around: readonly Around<never>[];
  decode(bytes: Buffer): never;
  encode(response: never): Buffer;
}

/** All messages stay bytes for grpc-js: the wrapper decodes after it let the caller in, and sees what cannot be encoded. */
export type RawUnaryCall = ServerUnaryCall<Buffer, Buffer>;
export type RawServerStream = ServerWritableStream<Buffer, Buffer>;
export type RawBidiStream = ServerDuplexStream<Buffer, Buffer>;
interface RawCall extends PeerSource {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  once(event: 'cancelled', listener: () => void): unknown;
}

const MAX_USER_AGENT = 256;
const REQUEST_ID_FORM = /^[A-Za-z0-9._:-]{1,128}$/;
const THROTTLE_DELAY_MS = 100;

/** One call from its arrival to its status: the context that handlers see, and the books that are kept on it. */
export class ActiveCall implements CallContext<never> {
  readonly method: string;
  readonly operation: string;
  /** The other end of the connection; on somebody's behalf, `admit` puts that caller's in its place. */
  peer: Peer;
  readonly requestId: string;
  readonly deadline: number;
  /** The caller set no deadline that grpc-js would keep, or one past the server's maximum. */
  readonly isDeadlineOurs: boolean;
  caller = undefined as never;
  /** The status is decided: whatever comes later is dropped. */
  ended = false;
  private readonly startedAt = performance.now();
  private controller: AbortController | undefined;
  private agent: string | undefined;

  constructor(
    readonly runtime: ServerRuntime,
    readonly rpc: MethodRuntime,
    private readonly raw: RawCall,
    maxDeadlineMs: number,
  ) {
    this.method = rpc.path;
    this.operation = rpc.operation;
    this.peer = runtime.peers.of(raw);
    this.requestId = this.peer.service === undefined ? randomUUID() : (sentRequestId(raw.metadata) ?? randomUUID());
    const callers = Number(raw.getDeadline());
    this.deadline = Math.min(callers, Date.now() + maxDeadlineMs);
    this.isDeadlineOurs = this.deadline < callers;
    runtime.metrics.inFlight++;
  }

  get userAgent(): string {
    return (this.agent ??= String(this.raw.metadata.get('user-agent')[0] ?? '').slice(0, MAX_USER_AGENT));
  }

  /** What came in `strongroom-caller-bin`. */
  get callerReference(): Buffer | undefined {
    const [sent] = this.raw.metadata.get(CALLER_REFERENCE);
    return Buffer.isBuffer(sent) ? sent : undefined;
  }

  /** The call is somebody else's, whom the peer has verified. */
  actFor({ sourceIp, userAgent, insecureTransport }: CallerReference): void {
    this.peer = { address: sourceIp, ...(insecureTransport ? { insecureTransport } : {}) };
    this.agent = userAgent.slice(0, MAX_USER_AGENT);
  }

  /** Made when somebody asks: most calls never need one. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.raw.cancelled) this.controller.abort(this.interruption());
      else this.raw.once('cancelled', () => this.abort(this.interruption()));
    }
    return this.controller.signal;
  }

  abort(reason: DomainError): void {
    // grpc-js says "cancelled" after each status it sent, too.
    if (!this.ended) this.controller?.abort(reason);
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

  get bearerToken(): string | undefined {
    const sent = this.raw.metadata.get('authorization');
    if (sent.length !== 1) return undefined;
    return /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(String(sent[0]))?.[1];
  }

  responseMetadata(): Metadata {
    const metadata = new Metadata();
    metadata.set(REQUEST_ID, this.requestId);
    return metadata;
  }

  succeed(): void {
    this.end(Code.OK);
  }

  /** Ends the call by an error: one line in the log, and the status to send. */
  fail(error: unknown): CallStatus {
    const status = toStatus(error, { service: this.runtime.service, requestId: this.requestId });
    const { logger } = this.runtime;
    const fields = {
      requestId: this.requestId,
      method: this.method,
      peer: this.peer.certificateUri ?? this.peer.address,
      code: codeName(status.code),
      durationMs: Math.round(performance.now() - this.startedAt),
    };
    if (!isDomainError(error)) logger.error('call failed', { ...fields, error });
    else if (error.kind === 'internal') logger.error('call failed', { ...fields, reason: error.reason, error });
    else if (error.kind === 'cancelled') logger.debug('call cancelled', fields);
    else
      logger.warn('call failed', {
        ...fields,
        reason: error.reason,
        ...(error.cause === undefined ? {} : { error: error.cause }),
      });
    this.end(status.code);
    return status;
  }

  private end(code: Code): void {
    this.ended = true;
    this.runtime.metrics.inFlight--;
    this.rpc.timer.observe(codeName(code), (performance.now() - this.startedAt) / 1000);
  }
}

function sentRequestId(metadata: Metadata): string | undefined {
  const sent = metadata.get(REQUEST_ID)[0];
  return typeof sent === 'string' && REQUEST_ID_FORM.test(sent) ? sent : undefined;
}
