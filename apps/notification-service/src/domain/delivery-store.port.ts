import type { Delivery, Destination } from './delivery';

/** A destination at which something is due, and whose it is. */
export interface DueDestination {
  accountId: string;
  destination: Destination;
}

/** A lane that this holder may deliver; nobody else does until `until`. */
export interface HeldLane {
  lane: Buffer;
  holder: string;
}

/** How a try failed. */
export interface FailedTry {
  code: string;
  message: string;
  /** When it is tried again; undefined: it becomes a dead letter. */
  retryAt: Date | undefined;
}

/** The outbox as the delivery engine sees it. */
export interface DeliveryStore {
  /** Destinations with a lane that is due, at most `limit`, each once, those that have waited longest first. */
  due(now: Date, limit: number): Promise<DueDestination[]>;
  /** Takes at most `limit` due lanes of the destination until `until`. */
  hold(destination: Destination, holder: string, now: Date, until: Date, limit: number): Promise<HeldLane[]>;
  /** The next delivery of a held lane; undefined when it is empty or another holder has it. Extends the hold until `until`. */
  next(held: HeldLane, until: Date): Promise<Delivery | undefined>;
  /** It has arrived. */
  delivered(delivery: Delivery): Promise<void>;
  /** It has not. The lane rests until it is tried again; after a dead letter it goes on. */
  failed(held: HeldLane, delivery: Delivery, failure: FailedTry, now: Date): Promise<void>;
  /** Gives a lane back, due now if something waits in it. */
  release(held: HeldLane, now: Date): Promise<void>;
}
