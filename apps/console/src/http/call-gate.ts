import { CONSOLE, networkOf } from '@strongroom/bounds';
import type { Clock } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import { Quota } from '@strongroom/fairness';
import type { OpenSession } from '../api/context';
import type { SessionStore } from '../sessions/session-store';
import { RateLimiter } from './rate-limiter';
import type { Refusal } from './request-guard';

/** A call that has been let in. */
export interface Admission {
  readonly session?: OpenSession;
  /** The call has been answered, or nobody waits for it any more. */
  leave(): void;
}

const tooMany = (retryAfterMs: number): Refusal => ({
  status: 429,
  message: 'Too many calls at once. Try again soon.',
  retryAfterMs,
});
/** Where it is not known when a place is free. Milliseconds. */
const SOON_MS = 1_000;

/** Who may call, and how often: each session by itself, and strangers by their network. Nothing of a call has been read yet. */
export class CallGate {
  private readonly all = new Quota({ total: CONSOLE.calls, each: CONSOLE.calls / 2 });
  private readonly sessionCalls = new Quota({ total: CONSOLE.calls, each: CONSOLE.callsOfSession });
  private readonly strangerCalls = new Quota({ total: CONSOLE.calls, each: CONSOLE.callsOfAddress });
  private readonly sessionRate: RateLimiter;
  private readonly strangerRate: RateLimiter;

  constructor(
    private readonly sessions: Pick<SessionStore, 'find'>,
    clock: Clock,
  ) {
    this.sessionRate = new RateLimiter({ burst: CONSOLE.callBurst, perSecond: CONSOLE.callRate }, clock);
    this.strangerRate = new RateLimiter({ burst: CONSOLE.strangerBurst, perSecond: CONSOLE.strangerRate }, clock);
  }

  /** @param id of the session that the browser says it has */
  async enter(address: string, id: string | undefined): Promise<Admission | Refusal> {
    const network = networkOf(address);
    if (!this.all.take(network)) return tooMany(SOON_MS);
    const leaving = [() => this.all.give(network)];
    const leave = (): void => {
      for (const give of leaving.splice(0)) give();
    };
    const refuse = (refusal: Refusal): Refusal => {
      leave();
      return refusal;
    };
    let session: OpenSession | undefined;
    try {
      const value = id === undefined ? undefined : await this.sessions.find(id);
      if (value !== undefined) session = { id: id!, value };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return refuse({ status: 503, message: error.message, retryAfterMs: SOON_MS });
    }
    const key = session?.id ?? network;
    const wait = (session === undefined ? this.strangerRate : this.sessionRate).take(key);
    if (wait > 0) return refuse(tooMany(wait));
    const places = session === undefined ? this.strangerCalls : this.sessionCalls;
    if (!places.take(key)) return refuse(tooMany(SOON_MS));
    leaving.push(() => places.give(key));
    return { ...(session && { session }), leave };
  }
}
