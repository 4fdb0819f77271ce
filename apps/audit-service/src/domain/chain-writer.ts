import type { EncodedEvent } from '@strongroom/audit-trail';
import { serviceUnavailable } from '@strongroom/errors';
import { emptyChain, headOf, link, type ChainedEvent, type ChainHead } from './chain';
import { ChainConflict, type TrailStore } from './trail.port';

const MAX_TRIES = 5;

/**
 * Appends events to their accounts' chains, each exactly once, in the given order. Database keys decide whether a place is free
 * and an event is new, so two writers at once do no harm: one of them gets a conflict, reads again, and omits what the other has
 * written.
 */
export class ChainWriter {
  private readonly heads = new Map<string, ChainHead>();

  constructor(private readonly store: TrailStore) {}

  /** Drops the known ends of the chains, because another process may have written. */
  reset(): void {
    this.heads.clear();
  }

  /** Returns the new ends of the chains that grew. */
  async append(events: readonly EncodedEvent[]): Promise<ChainHead[]> {
    let accounts = byAccount(events);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await this.findHeads([...accounts.keys()]);
      const linked = [...accounts].map(([accountId, ofAccount]) => link(this.heads.get(accountId)!, ofAccount));
      try {
        if (linked.some((chain) => chain.length > 0)) await this.store.append(linked.flat());
        return this.advance(linked);
      } catch (error) {
        this.reset();
        if (!(error instanceof ChainConflict)) throw error;
        accounts = await this.unknownOf(accounts);
      }
    }
    throw serviceUnavailable('another writer keeps adding to the audit trail');
  }

  private async findHeads(accountIds: string[]): Promise<void> {
    const missing = accountIds.filter((accountId) => !this.heads.has(accountId));
    if (missing.length === 0) return;
    for (const accountId of missing) this.heads.set(accountId, emptyChain(accountId));
    for (const head of await this.store.heads(missing)) this.heads.set(head.accountId, head);
  }

  private advance(linked: ChainedEvent[][]): ChainHead[] {
    return linked.flatMap((chain) => {
      const last = chain.at(-1);
      if (!last) return [];
      const head = headOf(last.event.recipientAccountId, last);
      this.heads.set(head.accountId, head);
      return [head];
    });
  }

  private async unknownOf(accounts: Map<string, EncodedEvent[]>): Promise<Map<string, EncodedEvent[]>> {
    const rest = new Map<string, EncodedEvent[]>();
    for (const [accountId, events] of accounts) {
      const known = await this.store.known(
        accountId,
        events.map(({ event }) => event.eventId),
      );
      rest.set(
        accountId,
        events.filter(({ event }) => !known.has(event.eventId)),
      );
    }
    return rest;
  }
}

/** In order, without repeated events. */
const byAccount = (events: readonly EncodedEvent[]): Map<string, EncodedEvent[]> => {
  const accounts = new Map<string, Map<string, EncodedEvent>>();
  for (const encoded of events) {
    const { recipientAccountId, eventId } = encoded.event;
    let ofAccount = accounts.get(recipientAccountId);
    if (!ofAccount) accounts.set(recipientAccountId, (ofAccount = new Map<string, EncodedEvent>()));
    if (!ofAccount.has(eventId)) ofAccount.set(eventId, encoded);
  }
  return new Map([...accounts].map(([accountId, ofAccount]) => [accountId, [...ofAccount.values()]]));
};
