import { NOTIFICATION } from '@strongroom/bounds';
import { type Clock, HOUR, SECOND } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';
import { backoff, type RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { type Delivery, DeliveryFailure, type Destination, PermanentFailure, type Senders } from './delivery';
import type { DeliveryMetrics } from './delivery-metrics.port';
import type { DeliveryStore, DueDestination, HeldLane } from './delivery-store.port';

/** The time that one try may take, milliseconds. */
export const SEND_MS = 10 * SECOND;
/** Tries at one destination at a time, in one process. */
export const LANES_TOGETHER = 4;
/** Destinations that are visited at a time, and those of one account. */
export const VISITS = { slots: NOTIFICATION.visits, slotsPerLane: NOTIFICATION.visitsOfAccount };
/** The time that a visit may go on before others get their turn, milliseconds. */
const TURN_MS = 2 * SECOND;
/** The time that a visit waits for its account's turn before it makes way. Milliseconds. */
const PATIENCE_MS = 100;
/** How long a lane stays with a worker that says nothing: one try, and what the database takes. Milliseconds. */
const HOLD_MS = SEND_MS + 20 * SECOND;
/** From the first failure to the next try, and at most. Milliseconds. */
export const RETRY = { first: 10 * SECOND, longest: HOUR };

export interface CourierParts {
  store: DeliveryStore;
  senders: Senders;
  clock: Clock;
  random: RandomSource;
  /** A name for what this process holds, unique for each call. */
  newHolder(): string;
  metrics: DeliveryMetrics;
  logger: Logger;
}

/**
 * Takes deliveries to their destinations. In a lane they arrive in order: the next one is not tried before this one has arrived
 * or has become a dead letter. Lanes of one destination go side by side, a few at a time; destinations take turns, and so do
 * accounts: a receiver that hangs takes its own places and nobody else's.
 */
export class Courier {
  private readonly gate = new FairGate(VISITS);

  constructor(private readonly parts: CourierParts) {}

  /** Delivers what is due at a destination; false if something may be left. Never rejects because of a receiver. */
  async visit({ accountId, destination }: DueDestination, signal: AbortSignal): Promise<boolean> {
    if (this.parts.senders[destination.kind] === undefined) return true;
    const leave = await this.gate.enterWithin(accountId, PATIENCE_MS);
    if (leave === undefined) return false;
    try {
      return await this.deliver(destination, signal);
    } finally {
      leave();
    }
  }

  private async deliver(destination: Destination, signal: AbortSignal): Promise<boolean> {
    const { store, clock } = this.parts;
    const end = Date.now() + TURN_MS;
    while (Date.now() < end && !signal.aborted) {
      const now = clock.now();
      const lanes = await store.hold(destination, this.parts.newHolder(), now, this.holdUntil(), LANES_TOGETHER);
      if (lanes.length === 0) return true;
      await Promise.all(lanes.map((lane) => this.empty(lane, end, signal)));
    }
    return false;
  }

  /** Delivers what waits in a lane until something fails or the turn is over, and gives the lane back. */
  private async empty(held: HeldLane, end: number, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.parts;
    do {
      const delivery = await store.next(held, this.holdUntil());
      if (delivery === undefined) break;
      if (!(await this.attempt(held, delivery, signal))) return;
    } while (Date.now() < end && !signal.aborted);
    await store.release(held, clock.now());
  }

  /** Whether the lane goes on. */
  private async attempt(held: HeldLane, delivery: Delivery, stop: AbortSignal): Promise<boolean> {
    const { store, senders, clock, metrics } = this.parts;
    const { kind } = delivery.destination;
    try {
      await senders[kind]!.send(delivery, AbortSignal.any([stop, AbortSignal.timeout(SEND_MS)]));
    } catch (error) {
      // The process stops: this try does not count, and another worker makes it.
      if (stop.aborted) return true;
      const failure = this.failureOf(delivery, error);
      metrics.tried(kind, failure.retryAt === undefined ? 'dead' : 'failed');
      await store.failed(held, delivery, failure, clock.now());
      return failure.retryAt === undefined;
    }
    metrics.tried(kind, 'delivered');
    await store.delivered(delivery);
    return true;
  }

  private failureOf(delivery: Delivery, error: unknown) {
    const { clock, random, logger } = this.parts;
    const { destination, attempts, giveUpAt, accountId } = delivery;
    const { code, message } = wordsFor(error);
    const { kind: name } = destination;
    logger.info('a delivery has failed', { accountId, name, reason: code, attempt: attempts + 1, error: unexpected(error) });
    const wait = backoff(attempts, RETRY, random);
    const isOver = error instanceof PermanentFailure || clock.millis() + wait > giveUpAt.getTime();
    return { code, message, retryAt: isOver ? undefined : new Date(clock.millis() + wait) };
  }

  private holdUntil(): Date {
    return new Date(this.parts.clock.millis() + HOLD_MS);
  }
}

const wordsFor = (error: unknown): { code: string; message: string } => {
  if (error instanceof DeliveryFailure) return { code: error.code, message: error.message };
  if (isDomainError(error)) return { code: error.reason, message: error.message };
  return { code: 'InternalFailure', message: "The delivery failed. notification-service's log gives the reason." };
};

/** What nobody foresaw belongs in the log as it is. */
const unexpected = (error: unknown): unknown => (error instanceof DeliveryFailure || isDomainError(error) ? undefined : error);
