import type { Bucket, GuessCounter } from './guess-counter.port';

/** Milliseconds that come and go by counting with fractions. */
const ROUNDING = 0.001;

/** For tests. */
export class InMemoryGuessCounter implements GuessCounter {
  private readonly levels = new Map<string, { level: number; at: number }>();
  private readonly known = new Set<string>();

  async take(buckets: readonly Bucket[], now: Date): Promise<number> {
    const filled = buckets.map((bucket) => ({ bucket, level: this.levelOf(bucket, now) + 1 }));
    const waits = filled.map(({ bucket, level }) => Math.max(0, Math.ceil((level - bucket.holds) * bucket.refillMs - ROUNDING)));
    if (waits.every((wait) => wait === 0)) {
      for (const { bucket, level } of filled) this.levels.set(keyOf(bucket), { level, at: now.getTime() });
    }
    return Math.max(...waits);
  }

  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    for (const bucket of buckets) {
      const held = this.levels.get(keyOf(bucket));
      if (bucket.emptied) this.levels.delete(keyOf(bucket));
      else if (held) held.level = Math.max(0, held.level - 1);
    }
  }

  async isKnown(userId: string, network: Buffer): Promise<boolean> {
    return this.known.has(`${userId} ${network.toString('hex')}`);
  }

  async remember(userId: string, network: Buffer): Promise<void> {
    this.known.add(`${userId} ${network.toString('hex')}`);
  }

  private levelOf(bucket: Bucket, now: Date): number {
    const held = this.levels.get(keyOf(bucket));
    return held ? Math.max(0, held.level - (now.getTime() - held.at) / bucket.refillMs) : 0;
  }
}

const keyOf = ({ name }: Bucket): string => name.toString('hex');
