import { Client, type ClientDuplexStream, Metadata, type ServiceError, status as Code } from '@grpc/grpc-js';
import {
  type RelayedAnswer,
  type RelayedCall,
  type RelayRequest,
  type RelayResponse,
  RelayServiceService,
} from '@strongroom/contracts/strongroom/relay/v1/relay';
import { deadlineExceeded, type DomainError, internalServiceError, serviceUnavailable } from '@strongroom/errors';
import type { Service } from '@strongroom/methods';
import { backoff } from '@strongroom/random';
import { inSpan, isTracing, traceparent } from '@strongroom/tracing';
import { type CallOptions, callUnary, deadlineOf, type UnaryMethod } from './call-unary';
import { connect, type ConnectOptions, PATIENCE_MS } from './connect';
import { fromDetails, fromStatus } from './error-status';
import { isUnreached, UNREACHABLE } from './patient-channel';
import type { ServiceClient } from './service-client';

/** Of one message with several calls, well below what a server takes. Bytes. */
const MAX_MESSAGE = 512 << 10;
const MAX_AGE_MS = 10_000;
const PAUSES = { first: 20, longest: 500 };
/** How often calls whose time is over are looked for. Milliseconds. */
const SWEEP_MS = 100;
/** The server ends a call at its deadline and says so; only if it does not, the client does. Milliseconds. */
const GRACE_MS = 100;

interface Call {
  readonly message: RelayedCall;
  /** Milliseconds since the Unix epoch. */
  readonly deadline: number;
  /** Until then it may wait to be sent. Milliseconds since the Unix epoch. */
  readonly patience: number;
  readonly resolve: (response: Buffer) => void;
  readonly reject: (error: DomainError) => void;
}

type RelayCallOptions = Pick<CallOptions, 'deadline' | 'timeoutMs' | 'requestId'> & Required<Pick<CallOptions, 'onBehalfOf'>>;

interface RelayOptions extends ConnectOptions {
  /** A stream goes to one replica, and after this time another stream, to the next replica, takes its place. Default 10,000. */
  maxAgeMs?: number;
}

/**
 * Unary calls on behalf of others, over one long-lived stream: all calls of one turn of the event loop are one message. What was
 * never sent may be sent later and waits for a connection; a call that was on its way when the stream broke fails, because nobody
 * knows whether it had its effect.
 */
export class RelayClient {
  private readonly connection: Client;
  private stream: OutgoingStream | undefined;
  /** Takes its place as soon as its server has let it in. */
  private successor: OutgoingStream | undefined;
  /** Streams that their servers end: they still answer what they took. */
  private readonly ending = new Set<OutgoingStream>();
  private unsent: Call[] = [];
  private nextId = 1n;
  private failures = 0;
  private sending = false;
  private closed = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly options: RelayOptions) {
    this.connection = connect(Client, options);
  }

  /** The unary methods of a service that lets this one call on behalf of others. `close` of the client does nothing. */
  clientOf<S extends Service>(service: S): ServiceClient<S> {
    const methods = Object.entries(service.contract).map(([name, { path, requestSerialize, responseDeserialize }]) => [
      name,
      async (request: never, options: RelayCallOptions) =>
        responseDeserialize(await this.call(path, requestSerialize(request), options)),
    ]);
    return { ...Object.fromEntries(methods), close: () => undefined } as ServiceClient<S>;
  }

  /** @throws DomainError as the server sent it, or for a failure on the way */
  call(method: string, request: Buffer, options: RelayCallOptions): Promise<Buffer> {
    if (!isTracing()) return this.ask(method, request, options);
    const fields = { 'rpc.system.name': 'grpc', 'rpc.method': method.slice(1) };
    return inSpan(method.slice(1), { kind: 'client', fields }, () => this.ask(method, request, options));
  }

  /** Fails the calls that are on their way. */
  close(): void {
    this.closed = true;
    for (const stream of [this.stream, this.successor, ...this.ending]) stream?.lose();
    this.rejectUnsent(() => true, stopping());
    this.connection.close();
  }

  private ask(method: string, request: Buffer, { onBehalfOf, requestId = '', ...options }: RelayCallOptions): Promise<Buffer> {
    const now = Date.now();
    const deadline = deadlineOf(options);
    if (this.closed) return Promise.reject(stopping());
    if (now >= deadline) return Promise.reject(deadlineExceeded('there was no time left for the call'));
    return new Promise((resolve, reject) => {
      const message = {
        id: 0n,
        method,
        request,
        caller: onBehalfOf,
        requestId,
        timeoutMs: Math.ceil(deadline - now),
        traceparent: traceparent() ?? '',
      };
      const patience = now + (this.options.patienceMs ?? PATIENCE_MS);
      this.unsent.push({ message, deadline, patience, resolve, reject });
      this.sendSoon();
      this.sweeper ??= setTimeout(() => this.sweep(), SWEEP_MS).unref();
    });
  }

  private sendSoon(): void {
    if (this.sending) return;
    this.sending = true;
    setImmediate(() => {
      this.sending = false;
      this.sendAll();
    });
  }

  private sendAll(): void {
    if (this.unsent.length === 0 || this.closed) return;
    this.stream ??= this.successor ?? this.open();
    if (!this.stream.isReady) return;
    if (Date.now() - this.stream.openedAt > (this.options.maxAgeMs ?? MAX_AGE_MS)) this.successor ??= this.open();
    const calls = this.unsent;
    this.unsent = [];
    for (let next = 0; next < calls.length;) {
      const first = next;
      let bytes = 0;
      do {
        const { message } = calls[next++]!;
        message.id = this.nextId++;
        bytes += message.request.length;
      } while (next < calls.length && bytes + calls[next]!.message.request.length <= MAX_MESSAGE);
      this.stream.send(calls.slice(first, next));
    }
  }

  private open(): OutgoingStream {
    const { path, requestSerialize, responseDeserialize } = RelayServiceService.relay;
    const raw = this.connection.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata({ waitForReady: true }),
    );
    const stream: OutgoingStream = new OutgoingStream(raw, {
      ready: () => {
        this.failures = 0;
        if (this.successor === stream) this.succeed(stream);
        this.sendSoon();
      },
      farewell: (notTaken) => {
        this.leave(stream);
        this.ending.add(stream);
        this.unsent.unshift(...notTaken);
        this.sendSoon();
      },
      lost: (error) => {
        this.leave(stream);
        this.ending.delete(stream);
        if (error !== undefined && isUnreached(error)) this.rejectUnsent(() => true, fromStatus(error));
        // A server of a version before relays: while a cluster is upgraded, both are there.
        if (error?.code === Code.UNIMPLEMENTED) return this.callOneByOne();
        if (this.unsent.length > 0) setTimeout(() => this.sendSoon(), backoff(this.failures++, PAUSES)).unref();
      },
    });
    return stream;
  }

  private callOneByOne(): void {
    const calls = this.unsent;
    this.unsent = [];
    for (const { message, deadline, resolve, reject } of calls) {
      const bytes = (buffer: Buffer) => buffer;
      const unary: UnaryMethod<Buffer, Buffer> = (request, metadata, options, callback) =>
        this.connection.makeUnaryRequest(message.method, bytes, bytes, request, metadata, options, (error, response) =>
          callback(error, response!),
        );
      const { requestId, caller: onBehalfOf } = message;
      callUnary(unary, message.request, { deadline, requestId, onBehalfOf }).then(resolve, reject);
    }
  }

  private succeed(stream: OutgoingStream): void {
    const old = this.stream;
    this.stream = stream;
    this.successor = undefined;
    if (old === undefined || old === stream) return;
    this.ending.add(old);
    old.finish();
  }

  private leave(stream: OutgoingStream): void {
    if (this.stream === stream) this.stream = undefined;
    if (this.successor === stream) this.successor = undefined;
  }

  private rejectUnsent(which: (call: Call) => boolean, error: DomainError): void {
    const rejected = this.unsent.filter(which);
    if (rejected.length === 0) return;
    this.unsent = this.unsent.filter((call) => !which(call));
    for (const { reject } of rejected) reject(error);
  }

  private sweep(): void {
    this.sweeper = undefined;
    const now = Date.now();
    this.rejectUnsent(({ deadline }) => now >= deadline, deadlineExceeded('the deadline has passed'));
    this.rejectUnsent(({ patience }) => now >= patience, serviceUnavailable(UNREACHABLE));
    const streams = [...(this.stream === undefined ? [] : [this.stream]), ...this.ending];
    for (const stream of streams) stream.endOverdue(now - GRACE_MS);
    if (this.unsent.length > 0 || streams.some(({ isBusy }) => isBusy)) {
      this.sweeper = setTimeout(() => this.sweep(), SWEEP_MS).unref();
    }
  }
}

interface StreamListener {
  ready(): void;
  /** The server takes no more calls, and has not taken these. */
  farewell(notTaken: readonly Call[]): void;
  lost(error: ServiceError | undefined): void;
}

/** One stream to one server, while it is open. */
class OutgoingStream {
  readonly openedAt = Date.now();
  isReady = false;
  private readonly sent = new Map<bigint, Call>();
  private isLost = false;

  constructor(
    private readonly raw: ClientDuplexStream<RelayRequest, RelayResponse>,
    private readonly listener: StreamListener,
  ) {
    // A server that lets the stream in says so at once.
    raw.on('metadata', () => {
      this.isReady = true;
      listener.ready();
    });
    raw.on('data', (response: RelayResponse) => this.receive(response));
    raw.on('error', (error: ServiceError) => this.lose(error));
    raw.on('end', () => this.lose());
  }

  get isBusy(): boolean {
    return this.sent.size > 0;
  }

  send(calls: readonly Call[]): void {
    for (const call of calls) this.sent.set(call.message.id, call);
    this.raw.write({ calls: calls.map(({ message }) => message) });
  }

  /** Sends no more calls; the server ends the stream when it has answered all. */
  finish(): void {
    this.raw.end();
  }

  endOverdue(now: number): void {
    for (const [id, { deadline, reject }] of this.sent) {
      if (deadline > now) continue;
      this.sent.delete(id);
      reject(deadlineExceeded('the deadline has passed'));
    }
  }

  /** Fails everything that waits on the stream. */
  lose(error?: ServiceError): void {
    if (this.isLost) return;
    this.isLost = true;
    this.raw.cancel();
    for (const { reject } of this.sent.values()) {
      reject(serviceUnavailable('the connection to the service was lost', error === undefined ? {} : { cause: error }));
    }
    this.sent.clear();
    this.listener.lost(error);
  }

  private receive({ answers, lastTaken }: RelayResponse): void {
    for (const answer of answers) {
      const call = this.sent.get(answer.id);
      if (call === undefined) continue;
      this.sent.delete(answer.id);
      settle(call, answer);
    }
    if (lastTaken === undefined) return;
    const notTaken = [...this.sent].filter(([id]) => id > lastTaken);
    for (const [id] of notTaken) this.sent.delete(id);
    this.listener.farewell(notTaken.map(([, call]) => call));
    this.raw.end();
  }
}

function settle({ resolve, reject, message }: Call, { outcome }: RelayedAnswer): void {
  if (outcome?.$case === 'response') resolve(outcome.value);
  else if (outcome === undefined) reject(internalServiceError('the service did not answer a call'));
  else reject(fromDetails(outcome.value.code, outcome.value.details, message.requestId));
}

const stopping = (): DomainError => serviceUnavailable('the service is stopping');
