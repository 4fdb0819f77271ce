import type { SecretState } from './secret-state';

/** Whoever wants to hear of a secret. Must not throw. */
export interface Follower {
  /** How the secret is now; the same may be told again. */
  heard(state: SecretState): void;
  /** Push for the secret has become alive, or has gone away. */
  turned(): void;
}

/** What a follower has in hand. */
export interface Following {
  /** Whether push would tell of a change now. */
  readonly isLive: boolean;
  /** The last moment at which push was known to be alive: now, if it is. */
  aliveAt(): number;
  leave(): void;
}

/** One secret that a stream watches, and those who follow it. */
export class Watch {
  readonly followers = new Set<Follower>();
  /** undefined: no stream has room for it. */
  line: { readonly size: number; remove(watch: Watch): void } | undefined;
  isLive = false;
  /** When push was last known to be alive, once it is not. */
  wentAt = -Infinity;
  private last: SecretState | undefined;
  private wasReady = false;

  constructor(
    readonly id: number,
    readonly secretId: string,
  ) {}

  /**
   * Whether a resume token may stand for what has been told. It does not for the right to read: a stream that goes on does not
   * tell that this has been given back.
   */
  get mayResume(): boolean {
    return this.wasReady && this.last !== undefined && 'stagesOf' in this.last;
  }

  heard(state: SecretState): void {
    this.last = state;
    for (const follower of this.followers) follower.heard(state);
  }

  /** All that was to be told at first has been told: if it was nothing, all is as it was. */
  ready(): void {
    if (this.isLive) return;
    this.isLive = this.wasReady = true;
    for (const follower of this.followers) {
      if (this.last) follower.heard(this.last);
      follower.turned();
    }
  }

  /** @param at when push was last known to be alive */
  gone(at: number): void {
    if (!this.isLive) return;
    this.isLive = false;
    this.wentAt = at;
    for (const follower of this.followers) follower.turned();
  }

  /** Whoever follows later hears what has been told before. */
  join(follower: Follower): void {
    this.followers.add(follower);
    if (this.isLive && this.last) follower.heard(this.last);
  }
}
