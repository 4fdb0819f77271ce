import {
  Channel,
  type ChannelCredentials,
  type ChannelOptions,
  Metadata,
  type ServiceError,
  connectivityState as State,
  status as Code,
} from '@grpc/grpc-js';

type Call = ReturnType<Channel['createCall']>;
type CreateCall = Parameters<Channel['createCall']>;

/** The status text of a call that was never sent. */
export const UNREACHABLE = 'the service could not be reached in time';
/** This long before its deadline a call ends itself, because grpc-js's message does not say why. Milliseconds. */
const BEFORE_DEADLINE_MS = 10;
/** grpc-js's message for a deadline that passed before there was a connection. */
const NEVER_SENT = /waiting for (?:LB pick|name resolution)/i;

/**
 * A channel whose calls, if marked as waiting for a connection, wait for a limited time. What was never sent may be sent whenever
 * the peer is back, whatever the call does; a call that waits in vain gets the reason.
 */
export class PatientChannel extends Channel {
  /** Calls that started while there was no connection, and have not got one since. */
  private readonly waiting = new Map<Call, NodeJS.Timeout>();
  /** Why the last attempt to connect failed, for the cause of errors; empty since there has been a connection. */
  private failure = '';

  constructor(
    address: string,
    credentials: ChannelCredentials,
    options: ChannelOptions,
    /** Milliseconds, within the deadline of each call; Infinity: only the deadline counts. */
    private readonly patienceMs: number,
  ) {
    super(address, credentials, options);
    this.watch();
  }

  override createCall(...args: CreateCall): Call {
    const call = super.createCall(...args);
    if (this.getConnectivityState(false) !== State.READY) this.giveUpLater(call, Number(args[1]));
    return call;
  }

  override close(): void {
    this.reached();
    super.close();
  }

  private giveUpLater(call: Call, deadline: number): void {
    const milliseconds = Math.min(this.patienceMs, deadline - Date.now() - BEFORE_DEADLINE_MS);
    // A stream without a deadline, on a channel without a patience of its own.
    if (milliseconds === Infinity) return;
    const giveUp = (): void => {
      this.waiting.delete(call);
      call.cancelWithStatus(Code.UNAVAILABLE, `${UNREACHABLE}${this.failure}`);
    };
    this.waiting.set(call, setTimeout(giveUp, milliseconds).unref());
  }

  /** What grpc-js reports only to calls that do not wait, and only until it tries again. */
  private reasonOfFailure(): string {
    const { currentPicker } = this['internalChannel'] as {
      currentPicker?: { pick(args: object): { status?: { details?: string } | null } };
    };
    const details = currentPicker?.pick({ metadata: new Metadata(), extraPickInfo: {} }).status?.details;
    return details === undefined ? '' : `: ${details}`;
  }

  private watch(): void {
    // Calls that wait want an attempt to connect.
    const state = this.getConnectivityState(this.waiting.size > 0);
    if (state === State.SHUTDOWN) return;
    if (state === State.READY) this.reached();
    if (state === State.TRANSIENT_FAILURE) this.failure = this.reasonOfFailure();
    this.watchConnectivityState(state, Infinity, () => this.watch());
  }

  private reached(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    this.failure = '';
  }
}

/** The call was never sent: there was no connection while it could have waited. */
export function isUnreached({ code, details }: Pick<ServiceError, 'code' | 'details'>): boolean {
  return (
    (code === Code.UNAVAILABLE && details.startsWith(UNREACHABLE)) ||
    (code === Code.DEADLINE_EXCEEDED && NEVER_SENT.test(details))
  );
}
