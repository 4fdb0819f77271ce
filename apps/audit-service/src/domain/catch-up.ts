import { pollUntil, within } from '@strongroom/clock';
import { Coalescer } from '@strongroom/coalesce';
import type { JournalSource } from './ingestion';

/** What is in the journal and not in the trail yet. */
export interface UnstoredEvents extends Pick<JournalSource, 'hurry'> {
  /** The id of the journal's last entry. */
  last(): Promise<string | undefined>;
  /** Whether the journal still has this entry or one before it. */
  has(upTo: string): Promise<boolean>;
}

const MAX_WAIT_MS = 2_000;
const pollMs = 3;
/** Questions to the journal at a time; those that come meanwhile share the next one. */
const MAX_IN_FLIGHT = 2;
const MAX_SHARED = 1_000;

/**
 * Events enter the trail once a second, or as soon as somebody looks at it: a lookup, a follower or a verification first waits
 * for every event that was recorded before it was asked.
 */
export class CatchUp {
  private readonly shared = new Coalescer<void, void>({
    maxBatch: MAX_SHARED,
    maxInFlight: MAX_IN_FLIGHT,
    run: async (askers) => {
      await this.storeAll();
      return askers.map(() => undefined);
    },
  });

  constructor(private readonly journal: UnstoredEvents) {}

  /**
   * Waits at most two seconds, or until `deadline` (epoch milliseconds): a long backlog, or a Redis that is away, keeps nobody
   * from what is in the trail. Never rejects.
   */
  async now(deadline = Infinity): Promise<void> {
    await within(this.shared.ask(), Math.min(MAX_WAIT_MS, deadline - Date.now())).catch(() => undefined);
  }

  private async storeAll(): Promise<void> {
    const last = await this.journal.last();
    if (last === undefined) return;
    await this.journal.hurry();
    await pollUntil(async () => !(await this.journal.has(last)), MAX_WAIT_MS, pollMs);
  }
}
