import { type Caller, invalidCredential, type PrincipalSource } from '@strongroom/access';
import { type Clock, MINUTE } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { rightsOf } from './rights';

/** A stream that lasts as long as its caller's credential. */
export interface CallersStream {
  /** Other than before: the caller's policies or tags have changed. */
  callerIs(caller: Caller): void;
  /** A right that depends on the time may be another one by now. */
  timeHasPassed(): void;
  end(error: Error): void;
}

/** With what the view of principals may be behind, a revocation takes effect within a second. */
const SWEEP_MS = 250;
/** So long may nobody know whether a credential is still valid. */
const PATIENCE_MS = 5_000;

/** Credentials that are asked for at a time: after an outage, all of them are. */
const LOOKS = 128;
/** So often a right is asked for again that depends on the time: policies seldom name a second. */
const BY_TIME_MS = MINUTE;

interface Known {
  /** undefined: not all streams have the same. */
  caller: Caller | undefined;
  streams: Set<CallersStream>;
  /** Milliseconds. */
  knownAt: number;
  /** Since it was added, or since the last question had no answer. */
  isUnasked: boolean;
}

/** Keeps the callers of open streams up to date: one question for each credential, however many streams it has. */
export class WatchedCallers {
  private readonly byCredential = new Map<string, Known>();
  /** The streams whose rights depend on the time, and when they are asked for again. */
  private readonly byTime = new Map<CallersStream, number>();
  private timer: NodeJS.Timeout | undefined;
  /** Since when all are being asked for; undefined: they are not. Milliseconds. */
  private askingSince: number | undefined;
  /** Of the principals, when all had been asked for. */
  private revision: number | undefined;

  constructor(
    private readonly principals: Pick<PrincipalSource, 'byCredentialId' | 'revision'>,
    private readonly clock: Clock,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(caller: Caller, stream: CallersStream): void {
    const known = this.byCredential.get(caller.credentialId);
    if (known) {
      known.streams.add(stream);
      // One of them was identified before a change, and one after it.
      if (known.caller && rightsOf(known.caller) !== rightsOf(caller)) known.caller = undefined;
    } else
      this.byCredential.set(caller.credentialId, { caller, streams: new Set([stream]), knownAt: this.now(), isUnasked: true });
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** A right of the stream's caller depends on the time. */
  dependsOnTime(stream: CallersStream): void {
    if (!this.byTime.has(stream)) this.byTime.set(stream, this.clock.millis() + BY_TIME_MS);
  }

  /** Whether what the stream was told depended on the time within the last minute. */
  areByTime(stream: CallersStream): boolean {
    return this.byTime.has(stream);
  }

  remove({ credentialId }: Caller, stream: CallersStream): void {
    this.byTime.delete(stream);
    const known = this.byCredential.get(credentialId);
    if (!known?.streams.delete(stream) || known.streams.size > 0) return;
    this.byCredential.delete(credentialId);
    if (this.byCredential.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  sweep(): void {
    void this.askForAll();
    const now = this.clock.millis();
    for (const [stream, at] of this.byTime) {
      if (now < at) continue;
      this.byTime.delete(stream);
      stream.timeHasPassed();
    }
  }

  /** Never rejects. */
  private async askForAll(): Promise<void> {
    this.endUnknown();
    if (this.askingSince !== undefined) return;
    this.askingSince = this.now();
    const { revision } = this.principals;
    const due = this.due(revision !== undefined && revision === this.revision).values();
    const ask = async () => {
      for (const [credentialId, known] of due) await this.look(credentialId, known);
    };
    await Promise.all(Array.from({ length: LOOKS }, ask));
    this.askingSince = undefined;
    this.revision = revision;
  }

  /** Those who must be asked for; without a change, the others are known to be as they were. */
  private due(isUnchanged: boolean): [string, Known][] {
    const entries = [...this.byCredential];
    if (!isUnchanged) return entries;
    const [now, time] = [this.now(), this.clock.millis()];
    return entries.filter(([, known]) => {
      const { caller, isUnasked } = known;
      if (isUnasked || caller === undefined || (caller.expireTime && caller.expireTime.getTime() <= time)) return true;
      known.knownAt = now;
      return false;
    });
  }

  /** Those of whom nobody knows for too long, be it that they have had no answer or that their turn does not come. */
  private endUnknown(): void {
    const before = this.now() - PATIENCE_MS;
    const isSlow = this.askingSince !== undefined && this.askingSince <= before;
    for (const known of this.byCredential.values()) {
      if ((known.isUnasked || isSlow) && known.knownAt <= before) endAll(known, unidentified());
    }
  }

  /** Never rejects. */
  private async look(credentialId: string, known: Known): Promise<void> {
    let caller: Caller | undefined;
    try {
      caller = await this.principals.byCredentialId(credentialId);
    } catch {
      known.isUnasked = true;
      return;
    }
    [known.knownAt, known.isUnasked] = [this.now(), false];
    if (!caller) return endAll(known, invalidCredential());
    const isSame = known.caller !== undefined && rightsOf(caller) === rightsOf(known.caller);
    known.caller = caller;
    if (isSame) return;
    for (const stream of [...known.streams]) stream.callerIs(caller);
  }
}

const unidentified = () => serviceUnavailable('The caller can no longer be identified: identity-service does not answer.');

const endAll = ({ streams }: Known, error: Error): void => {
  for (const stream of [...streams]) stream.end(error);
};
