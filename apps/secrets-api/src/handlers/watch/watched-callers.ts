import { type Caller, invalidCredential, type PrincipalSource } from '@strongroom/access';
import { serviceUnavailable } from '@strongroom/errors';

/** A stream that lasts as long as its caller's credential. */
export interface CallersStream {
  /** Other than before: the caller's policies or tags have changed. */
  callerIs(caller: Caller): void;
  end(error: Error): void;
}

/** With what the view of principals may be behind, a revocation takes effect within a second. */
const SWEEP_MS = 250;
/** So long may nobody know whether a credential is still valid. */
const PATIENCE_MS = 5_000;

interface Known {
  caller: Caller;
  streams: Set<CallersStream>;
  /** Milliseconds. */
  knownAt: number;
}

/** Keeps the callers of open streams up to date: one question for each credential, however many streams it has. */
export class WatchedCallers {
  private readonly byCredential = new Map<string, Known>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly principals: Pick<PrincipalSource, 'byCredentialId'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(caller: Caller, stream: CallersStream): void {
    const known = this.byCredential.get(caller.credentialId);
    if (known) known.streams.add(stream);
    else this.byCredential.set(caller.credentialId, { caller, streams: new Set([stream]), knownAt: this.now() });
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  remove({ credentialId }: Caller, stream: CallersStream): void {
    const known = this.byCredential.get(credentialId);
    if (!known?.streams.delete(stream) || known.streams.size > 0) return;
    this.byCredential.delete(credentialId);
    if (this.byCredential.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  sweep(): void {
    for (const [credentialId, known] of this.byCredential) void this.look(credentialId, known);
  }

  /** Never rejects. */
  private async look(credentialId: string, known: Known): Promise<void> {
    let caller: Caller | undefined;
    try {
      caller = await this.principals.byCredentialId(credentialId);
    } catch {
      if (this.now() - known.knownAt < PATIENCE_MS) return;
      return endAll(known, serviceUnavailable('The caller can no longer be identified: identity-service does not answer.'));
    }
    known.knownAt = this.now();
    if (!caller) return endAll(known, invalidCredential());
    if (caller === known.caller) return;
    known.caller = caller;
    for (const stream of [...known.streams]) stream.callerIs(caller);
  }
}

const endAll = ({ streams }: Known, error: Error): void => {
  for (const stream of [...streams]) stream.end(error);
};
