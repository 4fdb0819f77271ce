import { networkOf, SIGN_IN } from '@strongroom/bounds';
import type { Clock } from '@strongroom/clock';
import { throttled } from '@strongroom/errors';
import type { Bucket, GuessCounter } from './guess-counter.port';
import { hashOfToken } from './hashing/session-secrets';

/** A try of a password or a code, of which it is not known yet whether it is right. */
export interface Guess {
  /** Whom it is about: the account and the name that was typed, or a user's id. */
  subject: string;
  /** Of the user, if there is one. */
  userId?: string;
  /** The address that it comes from. */
  address: string;
}

/** The guess was right: it counts no more, and its network is the user's from then on. */
export type GuessWasRight = (userId: string) => Promise<void>;

const bucket = (kind: string, parts: readonly string[], holds: number, refillMs: number): Bucket => ({
  name: hashOfToken(JSON.stringify([kind, ...parts])),
  holds,
  refillMs,
});

/**
 * Slows guessing: by user and network, by user from all networks that the user has not come from before, and by network. An owner
 * is not locked out: elsewhere others may guess as they like, and where the owner has been before, only guesses from there count.
 */
export class GuessLimiter {
  constructor(
    private readonly counter: GuessCounter,
    private readonly clock: Clock,
  ) {}

  /** Counts a guess before anything is done about it, so that many at once are no way round. @throws ThrottlingException */
  async begin({ subject, userId, address }: Guess, deadline: number): Promise<GuessWasRight> {
    const network = networkOf(address);
    const place = hashOfToken(network);
    const isKnown = await this.counter.isKnown(userId ?? '', place, deadline);
    const { guessesHere, guessHereMs, guessesElsewhere, guessElsewhereMs, guessesOfNetwork, guessOfNetworkMs } = SIGN_IN;
    const buckets = [
      { ...bucket('here', [subject, network], guessesHere, guessHereMs), emptied: true },
      bucket('network', [network], guessesOfNetwork, guessOfNetworkMs),
      ...(isKnown ? [] : [bucket('elsewhere', [subject], guessesElsewhere, guessElsewhereMs)]),
    ];
    const wait = await this.counter.take(buckets, this.clock.now(), deadline);
    if (wait > 0) {
      const metadata = { retry_after_ms: String(wait) };
      throw throttled(`Too many wrong passwords or codes. Try again in ${Math.ceil(wait / 1_000)} seconds.`, { metadata });
    }
    return async (known) => {
      await this.counter.giveBack(buckets, deadline);
      await this.counter.remember(known, place, this.clock.now(), deadline);
    };
  }
}
