/** Holds some guesses, and loses one every `refillMs`. */
export interface Bucket {
  /** 32 bytes. */
  name: Buffer;
  holds: number;
  /** Milliseconds. */
  refillMs: number;
  /** Giving back empties it. */
  emptied?: boolean;
}

/** Counts guesses for all replicas. `deadline`: epoch milliseconds. */
export interface GuessCounter {
  /** Puts one guess into each bucket and returns 0; if one is full, into none, and returns the milliseconds until it is not. */
  take(buckets: readonly Bucket[], now: Date, deadline: number): Promise<number>;
  /** Takes one out of each again. */
  giveBack(buckets: readonly Bucket[], deadline: number): Promise<void>;
  /** Whether the user has proved who it is from there. */
  isKnown(userId: string, network: Buffer, deadline: number): Promise<boolean>;
  remember(userId: string, network: Buffer, now: Date, deadline: number): Promise<void>;
}
