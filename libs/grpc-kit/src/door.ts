import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { DomainError, invalidParameter, limitExceeded } from '@strongroom/errors';
import { type MethodRuntime, StreamedCall } from './active-call';
import { admit, reportRefusal } from './admission';
import { HeaderHead } from './call-headers';
import { closeAnswered } from './close-answered';
import type { Connections } from './connections';
import { type CallStatus, toStatus } from './error-status';
import { MessageMeter, type MeteredReader } from './message-meter';
import type { Quota } from '@strongroom/fairness';
import type { ServerRuntime } from './server-runtime';

/** The way in which grpc-js takes over a call: its own listener for streams. */
type Reader = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/**
 * Every call passes this door before grpc-js sees it. The headers alone decide: of a refused call nothing is read. Of an admitted
 * one, the server reads only as much, and for as long, as its caller may make it keep.
 * grpc-js sees none of the caller's headers. It would answer some with INTERNAL, and write others, including tokens, to standard
 * error.
 */
export class Door {
  private readonly methods = new Map<string, MethodRuntime>();
  private readonly calls = new WeakMap<object, StreamedCall>();

  constructor(
    private readonly runtime: ServerRuntime,
    private readonly connections: Connections,
  ) {}

  add(rpc: MethodRuntime): void {
    this.methods.set(rpc.path, rpc);
  }

  /** The call that grpc-js passes to a handler. @throws Error for a call that did not come through the door */
  callOf(raw: object): StreamedCall {
    // grpc-js has no public way to the stream.
    const { stream } = (raw as { call: { stream: ServerHttp2Stream } }).call;
    const call = this.calls.get(stream);
    if (call === undefined) throw new Error('a call that was never let in');
    return call;
  }

  open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[], read: Reader): void {
    stream.on('error', () => undefined);
    const { session } = stream;
    const connection = session && this.connections.of(session);
    // If the peer leaves at once, there is nothing to answer.
    if (connection === undefined || stream.destroyed || stream.closed) return;
    this.connections.heard(session!);
    if (!String(headers['content-type']).startsWith('application/grpc')) {
      stream.respond({ ':status': constants.HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE }, { endStream: true });
      return closeAnswered(stream);
    }
    const rpc = this.methods.get(headers[':path'] ?? '');
    const problem = this.problemOf(headers, rawHeaders, rpc);
    if (rpc === undefined || problem !== undefined) {
      return answer(stream, toStatus(problem, { service: this.runtime.service, requestId: '' }));
    }
    const call = new StreamedCall(this.runtime, rpc, connection, stream, new HeaderHead(headers, rawHeaders));
    this.calls.set(stream, call);
    stream.once('close', () => call.closed());
    call.interrupt = (reason) => void this.refuse(call, reason);
    void this.pass(call, read);
  }

  /** Never rejects. */
  private async pass(call: StreamedCall, read: Reader): Promise<void> {
    try {
      await this.letIn(call);
      this.read(call, read);
    } catch (error) {
      await this.refuse(call, error);
    }
  }

  private problemOf(headers: IncomingHttpHeaders, rawHeaders: readonly string[], rpc?: MethodRuntime): DomainError | undefined {
    let length = 0;
    for (const text of rawHeaders) length += text.length;
    if (length > this.runtime.bounds.headers) {
      return limitExceeded(`the headers of a call must have at most ${this.runtime.bounds.headers} bytes`);
    }
    if (rpc === undefined) return unimplemented(`there is no method ${String(headers[':path']).slice(0, MAX_PATH)}`);
    const encoding = headers['grpc-encoding'] ?? 'identity';
    return encoding === 'identity' ? undefined : unimplemented(COMPRESSED);
  }

  private async letIn(call: StreamedCall): Promise<void> {
    const admission = admit(call);
    if (admission !== undefined) {
      if (call.connection.isStranger) await this.prove(call, admission);
      else await admission;
    }
    if (call.hasBadTimeout) throw invalidParameter('grpc-timeout must be up to eight digits and one of H, M, S, m, u, n');
    this.count(call);
  }

  /** Checking a stranger's credential may need a call to another service. */
  private async prove(call: StreamedCall, admission: Promise<void>): Promise<void> {
    const address = call.network;
    const { proofs } = this.runtime;
    if (!proofs.take(address)) {
      admission.catch(() => undefined);
      throw call.overload();
    }
    try {
      await admission;
    } finally {
      proofs.give(address);
    }
    this.connections.prove(call.stream.session, call.account ?? '');
  }

  /** @throws LimitExceededException for more streams of the method than a caller may have, or ThrottlingException than all may */
  private count(call: StreamedCall): void {
    const { rpc, connection } = call;
    if (rpc.kind === 'unary') return;
    const { streamsOfService, streamsOfCaller, strangersWatchesOfAddress } = this.runtime.bounds;
    const isService = connection.isService && call.callerKey === undefined && (!call.isAnonymous || rpc.rule.isHealth === true);
    const key = isService ? `service ${call.peer.service}` : (call.callerKey ?? `address ${call.network}`);
    const most = rpc.rule.maxStreams ?? (call.isAnonymous ? strangersWatchesOfAddress : streamsOfCaller);
    if (!rpc.streams.take(key, 1, isService ? streamsOfService : most)) {
      if (rpc.streams.isFull) throw call.overload();
      throw limitExceeded(`a caller has at most ${isService ? streamsOfService : most} streams of ${rpc.operation} open`);
    }
    call.onEnd(() => rpc.streams.give(key));
  }

  private read(call: StreamedCall, read: Reader): void {
    const { stream, rpc } = call;
    if (call.ended || call.isRefused || stream.destroyed || stream.closed) return;
    read(stream, { ':path': rpc.path, 'content-type': 'application/grpc+proto' });
    const meter = new MessageMeter(new Intake(call));
    meter.watch(stream);
    call.meter = meter;
  }

  /** Answers a call without a handler. Never rejects. */
  private async refuse(call: StreamedCall, error: unknown): Promise<void> {
    if (call.isRefused || call.ended) return;
    call.isRefused = true;
    // Whatever else arrives for it meanwhile must not be kept.
    call.stream.removeAllListeners('data');
    await reportRefusal(call, error);
    if (call.ended) return;
    answer(call.stream, call.fail(call.isCancelled ? call.interruption() : error));
  }
}

/** The limits of one call, and where its bytes are counted. */
class Intake implements MeteredReader {
  readonly maxMessageBytes: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly call: StreamedCall) {
    const { bounds } = call.runtime;
    this.maxMessageBytes = bounds.message;
    if (call.connection.isService) this.maxMessageBytes = bounds.servicesMessage;
    else if (call.isAnonymous) this.maxMessageBytes = bounds.strangersMessage;
    // A unary call has a deadline.
    if (call.rpc.kind === 'server-stream') this.onUnfinished();
    if (call.rpc.kind !== 'unary') call.onEnd(() => clearTimeout(this.timer));
  }

  get keepsMessages(): boolean {
    return this.call.rpc.kind === 'unary';
  }

  take(bytes: number): boolean {
    const { call } = this;
    return call.connection.isService || this.quota.take(call.account ?? call.network, bytes);
  }

  give(bytes: number): void {
    const { call } = this;
    if (!call.connection.isService) this.quota.give(call.account ?? call.network, bytes);
  }

  onUnfinished(): void {
    const { call } = this;
    if (call.rpc.kind === 'unary' || this.timer !== undefined) return;
    const { receiveMs } = call.runtime.bounds;
    const late = () => call.interrupt(limitExceeded(`a message must arrive in full within ${receiveMs} milliseconds`));
    this.timer = setTimeout(late, receiveMs).unref();
  }

  onWhole(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  refuse(reason: 'compressed' | 'too-large' | 'no-room'): void {
    const { call } = this;
    if (reason === 'compressed') call.interrupt(unimplemented(COMPRESSED));
    else if (reason === 'no-room') call.interrupt(call.overload());
    else call.interrupt(limitExceeded(`a message of this call must have at most ${this.maxMessageBytes} bytes`));
  }

  private get quota(): Quota {
    const { account, runtime } = this.call;
    return account === undefined ? runtime.strangersBytes : runtime.callersBytes;
  }
}

/** Of a method that is no method, in an error. Characters. */
export const MAX_PATH = 200;
const COMPRESSED = 'compressed messages are not accepted: send them uncompressed';

export const unimplemented = (message: string): DomainError =>
  new DomainError({ kind: 'unimplemented', reason: 'UnknownOperationException', message });

/** A status without a message, and no more to read. */
function answer(stream: ServerHttp2Stream, { code, details, metadata }: CallStatus): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  const headers = {
    ':status': constants.HTTP_STATUS_OK,
    'content-type': 'application/grpc+proto',
    'grpc-status': String(code),
    'grpc-message': encodeURI(details),
    'grpc-accept-encoding': 'identity',
    ...metadata.toHttp2Headers(),
  };
  stream.respond(headers, { endStream: true });
  // grpc-js, if it reads the call already, may answer it too in this turn. Node would throw, and the process would end.
  stream.respond = () => undefined;
  closeAnswered(stream);
}
