import {
  type RelayedAnswer,
  type RelayedCall,
  type RelayRequest,
  type RelayResponse,
  RelayServiceService,
} from '@strongroom/contracts/strongroom/relay/v1/relay';
import { type DomainError, invalidParameter } from '@strongroom/errors';
import { ActiveCall, type MethodRuntime } from './active-call';
import { reportRefusal, admit } from './admission';
import { answerCall, type Sender } from './answer-unary';
import type { CallContext } from './call-context';
import { type CallHead, requestIdIn } from './call-headers';
import { type CallStatus, toDetails, toStatus } from './error-status';
import { MAX_PATH, unimplemented } from './door';
import { bidiStream, type UnaryHandler } from './handler';
import type { ServedService } from './server-options';
import type { ServerRuntime } from './server-runtime';

/** What the connection has not taken yet; further answers wait. Bytes. */
const MAX_UNSENT = 4 << 20;
/** Of one message with several answers. Bytes. */
const MAX_MESSAGE = 1 << 20;

interface Relayed {
  readonly rpc: MethodRuntime;
  readonly handler: UnaryHandler;
}

/** The methods of a server that services call on behalf of others, many calls on one stream. */
export class Relay {
  private readonly methods = new Map<string, Relayed>();

  constructor(private readonly runtime: ServerRuntime) {}

  add(rpc: MethodRuntime, handler: UnaryHandler): void {
    if (rpc.rule.onBehalf.size > 0) this.methods.set(rpc.path, { rpc, handler });
  }

  /** Whoever may make some call on somebody's behalf. */
  get services(): ReadonlySet<string> {
    return new Set([...this.methods.values()].flatMap(({ rpc }) => [...rpc.rule.onBehalf]));
  }

  served(): ServedService {
    return {
      definition: RelayServiceService,
      handlers: {
        relay: bidiStream(
          async (requests: AsyncIterable<RelayRequest>, call, send: RelayStream['send']) =>
            new RelayStream(this.runtime, this.methods, call, send).answer(requests),
          { finishes: true },
        ),
      },
    };
  }
}

/** One stream of calls, while it is open. */
class RelayStream {
  private readonly inFlight = new Set<ActiveCall>();
  private readonly answers: RelayedAnswer[] = [];
  private unsent = 0;
  private sending = false;
  private idle: (() => void) | undefined;

  constructor(
    private readonly runtime: ServerRuntime,
    private readonly methods: ReadonlyMap<string, Relayed>,
    private readonly stream: CallContext,
    private readonly send: (response: RelayResponse, onSent?: () => void) => void,
  ) {}

  async answer(requests: AsyncIterable<RelayRequest>): Promise<void> {
    const { signal } = this.stream;
    const gone = () => {
      for (const call of this.inFlight) call.closed();
      this.idle?.();
    };
    signal.addEventListener('abort', gone, { once: true });
    try {
      let lastTaken = 0n;
      for await (const { calls } of requests) {
        for (const call of calls) {
          lastTaken = call.id;
          this.take(call);
        }
      }
      this.send({ answers: [], lastTaken });
      while (!signal.aborted && (this.inFlight.size > 0 || this.answers.length > 0)) {
        await new Promise<void>((resolve) => (this.idle = resolve));
      }
    } finally {
      signal.removeEventListener('abort', gone);
    }
  }

  private take({ id, method, request, ...head }: RelayedCall): void {
    const relayed = this.methods.get(method);
    if (relayed === undefined || head.caller === undefined) {
      const problem = relayed === undefined ? notRelayed(method) : invalidParameter('caller must be set');
      return this.add(failure(id, toStatus(problem, { service: this.runtime.service, requestId: head.requestId })));
    }
    // grpc-kit makes every context of a call.
    const { connection } = this.stream as unknown as ActiveCall;
    const call = new ActiveCall(this.runtime, relayed.rpc, connection, new RelayedHead(head));
    this.inFlight.add(call);
    call.onEnd(() => this.inFlight.delete(call));
    void this.perform(call, request, relayed.handler, {
      // The stream's caller is a service, which reads what it asked for.
      hasRoom: () => true,
      succeed: (response) => this.add({ id, outcome: { $case: 'response', value: response } }),
      fail: (status) => this.add(failure(id, status)),
    });
  }

  /** Never rejects. */
  private async perform(call: ActiveCall, request: Buffer, handler: UnaryHandler, sender: Sender): Promise<void> {
    const refuse = async (error: unknown): Promise<void> => {
      if (call.isRefused || call.ended) return;
      call.isRefused = true;
      await reportRefusal(call, error);
      if (!call.ended) sender.fail(call.fail(error));
    };
    call.interrupt = (reason) => void refuse(reason);
    try {
      await admit(call);
    } catch (error) {
      return refuse(error);
    }
    if (!call.ended && !call.isRefused) answerCall(call, request, handler, sender);
  }

  /** The answers of one turn of the event loop share a message. */
  private add(answer: RelayedAnswer): void {
    this.answers.push(answer);
    this.sendSoon();
  }

  private sendSoon(): void {
    if (this.sending || this.unsent >= MAX_UNSENT) return;
    this.sending = true;
    setImmediate(() => this.sendAll());
  }

  private sendAll(): void {
    this.sending = false;
    let sent = 0;
    while (sent < this.answers.length && this.unsent < MAX_UNSENT) {
      const first = sent;
      let bytes = 0;
      do bytes += sizeOf(this.answers[sent++]!);
      while (sent < this.answers.length && bytes + sizeOf(this.answers[sent]!) <= MAX_MESSAGE);
      this.unsent += bytes;
      this.send({ answers: this.answers.slice(first, sent) }, () => {
        this.unsent -= bytes;
        if (this.answers.length > 0) this.sendSoon();
      });
    }
    this.answers.splice(0, sent);
    if (this.answers.length === 0 && this.inFlight.size === 0) this.idle?.();
  }
}

/** The head of a call that came on a stream of calls. */
class RelayedHead implements CallHead {
  readonly namesCaller = true;
  readonly bearerToken = undefined;

  constructor(private readonly sent: Pick<RelayedCall, 'caller' | 'requestId' | 'timeoutMs' | 'traceparent'>) {}

  deadline(now: number): number {
    return now + this.sent.timeoutMs;
  }

  get requestId(): string | undefined {
    return requestIdIn(this.sent.requestId);
  }

  get userAgent(): string {
    return '';
  }

  get traceparent(): string | undefined {
    return this.sent.traceparent || undefined;
  }

  callerReference() {
    return this.sent.caller!;
  }
}

const failure = (id: bigint, status: CallStatus): RelayedAnswer => ({
  id,
  outcome: { $case: 'error', value: { code: status.code, details: toDetails(status) } },
});

const sizeOf = ({ outcome }: RelayedAnswer): number =>
  outcome === undefined ? 0 : outcome.$case === 'response' ? outcome.value.length : outcome.value.details.length;

const notRelayed = (method: string): DomainError =>
  unimplemented(`no method ${method.slice(0, MAX_PATH)} can be called on behalf of others`);
