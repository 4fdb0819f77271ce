import type { Delivery } from './delivery';
import type { Within } from './rules/rule-store.port';

export type LedgerState = 'pending' | 'failed' | 'dead';

/** A delivery as its owner sees it: without what it says. */
export interface DeliveryStatus extends Omit<Delivery, 'payload'> {
  state: LedgerState;
  /** What its owner calls the destination. */
  destinationName: string;
  attemptedAt: Date | undefined;
  failureCode: string;
  failureMessage: string;
  deadAt: Date | undefined;
}

/** What waits, and what was given up. */
export interface DeliveryLedger {
  /** In the order of ids, after `after`. */
  list(
    accountId: string,
    state: LedgerState | undefined,
    after: number,
    limit: number,
    deadline: number,
  ): Promise<DeliveryStatus[]>;
  /** Makes a dead letter a delivery again; false if the account has no such dead letter. */
  redrive(accountId: string, deliveryId: number, within: Within): Promise<boolean>;
  /** Removes at most `limit` dead letters that were given up before `instant`; returns how many. */
  forget(instant: Date, limit: number): Promise<number>;
}
