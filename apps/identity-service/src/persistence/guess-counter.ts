import type { HotPool, Statements } from '@strongroom/database';
import type { Bucket, GuessCounter } from '../domain/guess-counter.port';

/** The networks that are kept of a user; of more, those used longest ago go. */
const MAX_NETWORKS = 20;

const ADD = `
  INSERT INTO guess (name, level, updated_at, empty_at) VALUES (?, 1, ?, ?)
  ON DUPLICATE KEY UPDATE
    level = GREATEST(0, level - GREATEST(0, TIMESTAMPDIFF(MICROSECOND, updated_at, ?)) / 1000 / ?) + 1,
    updated_at = GREATEST(updated_at, ?)`;

class Full extends Error {
  constructor(readonly waitMs: number) {
    super('a bucket of guesses is full');
  }
}

export class DatabaseGuessCounter implements GuessCounter {
  constructor(private readonly pool: HotPool) {}

  async take(buckets: readonly Bucket[], now: Date, deadline: number): Promise<number> {
    // Everybody takes them in the same order, so nobody waits for somebody who waits.
    const sorted = [...buckets].sort((one, other) => Buffer.compare(one.name, other.name));
    try {
      await this.pool.transaction((tx) => fill(tx, sorted, now), { deadline });
      return 0;
    } catch (error) {
      if (error instanceof Full) return error.waitMs;
      throw error;
    }
  }

  async giveBack(buckets: readonly Bucket[], deadline: number): Promise<void> {
    const sorted = [...buckets].sort((one, other) => Buffer.compare(one.name, other.name));
    await this.pool.transaction(
      async ({ execute }) => {
        for (const { name, emptied } of sorted) {
          if (emptied) await execute('DELETE FROM guess WHERE name = ?', [name]);
          else await execute('UPDATE guess SET level = GREATEST(0, level - 1) WHERE name = ?', [name]);
        }
      },
      { deadline },
    );
  }

  async isKnown(userId: string, network: Buffer, deadline: number): Promise<boolean> {
    const rows = await this.pool.query('SELECT 1 FROM known_network WHERE user_id = ? AND network = ?', [userId, network], {
      deadline,
    });
    return rows.length > 0;
  }

  async remember(userId: string, network: Buffer, now: Date, deadline: number): Promise<void> {
    await this.pool.transaction(
      async ({ query, execute }) => {
        await execute(
          'INSERT INTO known_network (user_id, network, seen_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE seen_at = ?',
          [userId, network, now, now],
        );
        const rows = await query<{ network: Buffer }>(
          'SELECT network FROM known_network WHERE user_id = ? ORDER BY seen_at DESC',
          [userId],
        );
        for (const old of rows.slice(MAX_NETWORKS)) {
          await execute('DELETE FROM known_network WHERE user_id = ? AND network = ?', [userId, old.network]);
        }
      },
      { deadline },
    );
  }
}

/** @throws Full, and nothing is taken of any of them */
async function fill({ query, execute }: Statements, buckets: readonly Bucket[], now: Date): Promise<void> {
  let waitMs = 0;
  for (const { name, holds, refillMs } of buckets) {
    const emptyAt = new Date(now.getTime() + refillMs);
    await execute(ADD, [name, now, emptyAt, now, refillMs, now]);
    const [row] = await query<{ level: number }>('SELECT level FROM guess WHERE name = ?', [name]);
    const level = Number(row!.level);
    if (level > holds) waitMs = Math.max(waitMs, Math.ceil((level - holds) * refillMs));
    else await execute('UPDATE guess SET empty_at = ? WHERE name = ?', [new Date(now.getTime() + level * refillMs), name]);
  }
  if (waitMs > 0) throw new Full(waitMs);
}
