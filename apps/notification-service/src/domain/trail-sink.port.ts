import type { Statements } from '@strongroom/database';
import type { TrailEvent } from './trail-event';

/**
 * What happens to events. It runs in the transaction that stores how far the consumer has come, so that what is made of an event
 * is there exactly once, whatever crashes. The transaction may run more than once: a sink changes nothing but the database.
 */
export interface TrailSink {
  /** @param events of one account, in the order of its chain, at least one */
  take(tx: Statements, accountId: string, events: readonly TrailEvent[]): Promise<void>;
}
