import { type Clock, systemClock, unlessAborted, within } from '@strongroom/clock';
import { deadlineExceeded, DomainError } from '@strongroom/errors';

/** A session token and, if known, its expiry. */
export interface Token {
  token: string;
  expiresAt?: Date;
}

/** Gets a new session token, for example by AssumeRole. */
export type TokenProvider = () => Promise<string | Token>;

/** A token is renewed this long before it expires, milliseconds, or after half of its life if that is shorter. */
const MARGIN_MS = 60_000;

/**
 * The token that calls carry. A provider is asked on the first call, shortly before the token expires, and after a service has
 * refused it; calls that arrive meanwhile wait for the one answer.
 */
export class TokenSource {
  private held: { token: string; renewAt: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly provider: string | TokenProvider,
    private readonly clock: Clock = systemClock,
  ) {
    if (typeof provider === 'string') this.held = { token: provider, renewAt: Infinity };
  }

  /** The time until the present token is renewed, milliseconds; Infinity if nobody knows when it expires. */
  get renewInMs(): number {
    return (this.held?.renewAt ?? Infinity) - this.clock.millis();
  }

  /** @throws DomainError at the deadline (milliseconds since the Unix epoch) and on abort; what the provider throws */
  async get(deadline: number, signal?: AbortSignal): Promise<string> {
    if (this.held !== undefined && this.clock.millis() < this.held.renewAt) return this.held.token;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    const token = signal ? unlessAborted(this.asking, signal, cancelled) : this.asking;
    return within(token, deadline - Date.now(), overdue);
  }

  /** Whether there can be another token in place of this one, which a service refused. */
  forget(refused: string): boolean {
    if (typeof this.provider === 'string') return false;
    if (this.held?.token === refused) this.held = undefined;
    return true;
  }

  private async ask(): Promise<string> {
    const answer = await (this.provider as TokenProvider)();
    const { token, expiresAt }: Token = typeof answer === 'string' ? { token: answer } : answer;
    const end = expiresAt?.getTime() ?? Infinity;
    const life = end - this.clock.millis();
    this.held = { token, renewAt: end - Math.min(MARGIN_MS, life / 2) };
    return token;
  }
}

const overdue = () => deadlineExceeded("no session token arrived before the call's deadline");
const cancelled = () =>
  new DomainError({ kind: 'cancelled', reason: 'RequestCanceledException', message: 'the call was cancelled' });
