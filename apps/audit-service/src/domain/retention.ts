import { DAY, type Clock } from '@strongroom/clock';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { EventIds, serviceEvent } from '@strongroom/audit-trail';
import type { RandomSource } from '@strongroom/random';
import type { TrailCut } from './checkpoint.port';
import type { TrailCuts } from './trail-cuts';
import { TILE_WIDTH } from './trail-tree';
import type { Sealer, TrailStore } from './trail.port';
import type { TrailVerifier } from './verification';
import type { Finding } from './verification-run';

/** What removing needs; its database user may delete, which the one that serves may not. */
export interface RetentionStore extends Pick<TrailStore, 'heads'> {
  /** The first place of the oldest block that has an event of `instant` or later, or of the newest block where none has. */
  firstKept(accountId: string, instant: Date): Promise<number>;
  hashAt(accountId: string, sequence: number): Promise<Buffer | undefined>;
  /** Stores the nodes of the tree by which proofs do without the events up to `sequence`, a multiple of 256. */
  keepTree(accountId: string, after: number, sequence: number): Promise<void>;
  addCut(cut: TrailCut, at: Date): Promise<void>;
  /** Removes the blocks that end at `sequence` or before, oldest first, with what leads to them; returns how many events. */
  remove(accountId: string, sequence: number): Promise<number>;
}

export interface RetentionOptions {
  store: RetentionStore;
  cuts: Pick<TrailCuts, 'beginning'>;
  verifier: Pick<TrailVerifier, 'verify'>;
  sealer: Pick<Sealer, 'seal'>;
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
}

export interface Retained {
  accountId: string;
  /** Events up to this place are, or would be, removed; 0 for none. */
  cutAt: number;
  /** How many were removed by this run. */
  removed: number;
  /** Why nothing was removed. */
  refusal?: string;
}

/** Findings of one verification; there may be more. */
const MANY = 100;

/**
 * Removes events by age: the chain's hash at the cut stays, sealed, and so do the nodes of the tree. It removes nothing that
 * VerifyTrail has something to say about, because nobody could look into it afterwards.
 */
export class Retention {
  private readonly ids: EventIds;

  constructor(private readonly options: RetentionOptions) {
    this.ids = new EventIds(options.clock, options.random);
  }

  /** Removes what is older than `days` of every account, or says what it would remove. */
  async *run(days: number, isDry: boolean): AsyncGenerator<Retained> {
    const heads = await this.options.store.heads();
    for (const { accountId } of heads) yield await this.ofAccount(accountId, days, isDry);
  }

  private async ofAccount(accountId: string, days: number, isDry: boolean): Promise<Retained> {
    const { store, cuts, clock } = this.options;
    const { beginning, forged } = await cuts.beginning(accountId, {});
    if (forged) return { accountId, cutAt: 0, removed: 0, refusal: `the record of the cut at ${forged.sequence} is forged` };
    const kept = await store.firstKept(accountId, new Date(clock.millis() - days * DAY));
    // Whole tiles of the tree, so that no tile is half there.
    const cutAt = Math.max(beginning.sequence, Math.floor((kept - 1) / TILE_WIDTH) * TILE_WIDTH);
    if (isDry) return { accountId, cutAt, removed: 0 };
    if (cutAt > beginning.sequence) {
      const refusal = await this.refusal(accountId, beginning.sequence + 1, cutAt);
      if (refusal !== undefined) return { accountId, cutAt: beginning.sequence, removed: 0, refusal };
      await this.cut(accountId, beginning.sequence, cutAt, days);
    }
    // Also what an earlier run was kept from.
    return { accountId, cutAt, removed: await store.remove(accountId, cutAt) };
  }

  private async refusal(accountId: string, from: number, to: number): Promise<string | undefined> {
    const { findings } = await this.options.verifier.verify(accountId, { from, to }, {});
    // Incidents of the journal are events: whoever should know has had the time to.
    const serious: Finding | undefined = findings.find(({ kind }) => !kind.startsWith('journal-'));
    if (serious) return `event ${serious.sequence}: ${serious.kind}, ${serious.detail}`;
    return findings.length < MANY ? undefined : 'there are too many findings to see all of them';
  }

  private async cut(accountId: string, after: number, sequence: number, days: number): Promise<void> {
    const { store, sealer, clock } = this.options;
    const hash = await store.hashAt(accountId, sequence);
    if (!hash) throw new Error(`event ${sequence} of ${accountId} is missing`);
    await store.keepTree(accountId, after, sequence);
    await this.record(accountId, after, sequence, days);
    const blob = await sealer.seal({ accountId, sequence, hash });
    await store.addCut({ accountId, sequence, hash, blob }, clock.now());
  }

  /** Before anything is removed. */
  private record(accountId: string, after: number, sequence: number, days: number): Promise<void> {
    const { recorder, clock, region } = this.options;
    return recorder.record(
      serviceEvent({
        service: 'audit-service',
        eventId: this.ids.next(),
        eventTime: clock.now(),
        eventSource: 'cloudtrail.amazonaws.com',
        eventName: 'RemoveExpiredEvents',
        awsRegion: region,
        recipientAccountId: accountId,
        requestParameters: { days: String(days), fromSequence: String(after + 1), toSequence: String(sequence) },
      }),
    );
  }
}
