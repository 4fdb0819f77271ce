import { type Clock, systemClock } from '@strongroom/clock';
import type { Token } from '@strongroom/client';
import type { Credential, CredentialStore } from './credential-store';

/** A new session token, and what changed of the credential beside it, such as a refresh token. */
export type Renew = (held: Credential) => Promise<Credential>;

/** A token that is about to expire is renewed before it is used; milliseconds. */
const MARGIN_MS = 60_000;

/**
 * The session token of a profile, as a client asks for it: the one that earlier commands got, while it is good, else a new one,
 * which later commands find.
 */
export class StoredSession {
  /** The client asks a second time only when a service has refused what it got. */
  private given: string | undefined;

  constructor(
    private readonly profile: string,
    private readonly store: CredentialStore,
    private readonly renew: Renew,
    private readonly clock: Clock = systemClock,
  ) {}

  readonly provide = async (): Promise<Token> => {
    const held = (await this.store.read(this.profile)) ?? {};
    const kept = held.session;
    if (kept !== undefined && kept.token !== this.given && !this.isEnding(kept.expiresAt)) return this.give(kept);
    const renewed = { ...held, ...(await this.renew(held)) };
    // Where it cannot be kept, this command works all the same, and the next one gets another session.
    await this.store.write(this.profile, renewed).catch(() => undefined);
    return this.give(renewed.session!);
  };

  private give({ token, expiresAt }: NonNullable<Credential['session']>): Token {
    this.given = token;
    return { token, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
  }

  private isEnding(expiresAt: string | undefined): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) - MARGIN_MS <= this.clock.millis();
  }
}
