import { randomUuid, systemRandom } from '@strongroom/random';
import type { HotPool, Statements } from './hot-pool';

/**
 * The table of leases, which `migrateSchema` makes in each schema: a row for each task that one process does at a time. `epoch`
 * counts its holders, `beats` every use.
 */
export const CREATE_LEASE = `
  CREATE TABLE IF NOT EXISTS lease (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    holder CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    epoch BIGINT UNSIGNED NOT NULL,
    beats BIGINT UNSIGNED NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
  ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

/** Another process has taken the lease since; what was to be written was not. */
export class LeaseLost extends Error {
  constructor(name: string) {
    super(`another process holds the lease '${name}'`);
  }
}

export interface LeaseOptions {
  /** How long a holder that has gone is waited for; milliseconds, default 5 s. */
  lastsMs?: number;
}

interface LeaseRow {
  holder: string;
  epoch: number;
  isFree: number;
}

/**
 * A task of which only one process at a time may do the writes, whatever node of the database each one uses. A process takes the
 * lease for some seconds and renews it. If it is silent for longer, another one takes it, with a higher epoch. A holder that only
 * was asleep then writes nothing more, if each transaction of the task calls `guard`.
 */
export class Lease {
  private readonly holder = randomUuid(systemRandom);
  private readonly lastsMs: number;
  private epoch: number | undefined;
  /** When the last renewal was asked for: it lasts from then on at least. Monotonic milliseconds. */
  private renewedAt = -Infinity;
  private taking: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param pool what renews the lease must not wait for what the task does, so it is best a pool of its own, of one connection
   * @param name in this schema, a constant word
   */
  constructor(
    private readonly pool: HotPool,
    private readonly name: string,
    { lastsMs = 5_000 }: LeaseOptions = {},
  ) {
    this.lastsMs = lastsMs;
  }

  /** Takes the lease if it is free; true while this process has it. */
  async hold(): Promise<boolean> {
    if (this.epoch !== undefined && performance.now() - this.renewedAt < this.pauseMs) return true;
    return this.renew();
  }

  /**
   * Makes a transaction of the task one that commits only while no other process has taken the lease. In it nobody can take it.
   *
   * @throws LeaseLost
   */
  async guard({ execute }: Pick<Statements, 'execute'>): Promise<void> {
    // It is written and not only read: a process that takes the lease on another node of the database collides with that.
    const beat = 'UPDATE lease SET beats = beats + 1 WHERE name = ? AND epoch = ?';
    const { affectedRows } = this.epoch === undefined ? { affectedRows: 0 } : await execute(beat, [this.name, this.epoch]);
    if (affectedRows === 1) return;
    this.forget();
    throw new LeaseLost(this.name);
  }

  /** Lets another process take it at once. */
  async release(): Promise<void> {
    await this.taking?.catch(() => undefined);
    const { epoch } = this;
    this.forget();
    if (epoch === undefined) return;
    const end = 'UPDATE lease SET expires_at = UTC_TIMESTAMP(3), beats = beats + 1 WHERE name = ? AND epoch = ?';
    await this.pool.transaction(({ execute }) => execute(end, [this.name, epoch])).catch(() => undefined);
  }

  private renew(): Promise<boolean> {
    return (this.taking ??= this.take().finally(() => (this.taking = undefined)));
  }

  private async take(): Promise<boolean> {
    const askedAt = performance.now();
    // A process that stands by only reads.
    const row = await this.row();
    if (row && row.holder !== this.holder && !row.isFree) {
      this.forget();
      return false;
    }
    const epoch = await this.pool.transaction((tx) => this.write(tx, row));
    if (epoch === undefined) {
      this.forget();
      return false;
    }
    this.epoch = epoch;
    this.renewedAt = askedAt;
    this.timer ??= setInterval(() => void this.keep(), this.pauseMs).unref();
    return true;
  }

  /** Renews the lease in time, until it has ended all the same. */
  private async keep(): Promise<void> {
    if (performance.now() - this.renewedAt > this.lastsMs) return this.forget();
    await this.renew().catch(() => undefined);
  }

  private async row(): Promise<LeaseRow | undefined> {
    const [row] = await this.pool.query<LeaseRow>(
      'SELECT holder, epoch, expires_at <= UTC_TIMESTAMP(3) AS isFree FROM lease WHERE name = ?',
      [this.name],
    );
    return row;
  }

  /** The epoch, if the lease is still as it was found: nobody else has taken it meanwhile. */
  private async write({ execute }: Statements, row: LeaseRow | undefined): Promise<number | undefined> {
    const lastsMicros = this.lastsMs * 1_000;
    if (row === undefined) {
      const insert = `INSERT IGNORE INTO lease (name, holder, epoch, beats, expires_at)
        VALUES (?, ?, 1, 0, UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)`;
      return (await execute(insert, [this.name, this.holder, lastsMicros])).affectedRows === 1 ? 1 : undefined;
    }
    const epoch = row.holder === this.holder ? Number(row.epoch) : Number(row.epoch) + 1;
    const { affectedRows } = await execute(
      `UPDATE lease SET holder = ?, epoch = ?, beats = beats + 1, expires_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
        WHERE name = ? AND epoch = ? AND (holder = ? OR expires_at <= UTC_TIMESTAMP(3))`,
      [this.holder, epoch, lastsMicros, this.name, Number(row.epoch), this.holder],
    );
    return affectedRows === 1 ? epoch : undefined;
  }

  private forget(): void {
    this.epoch = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private get pauseMs(): number {
    return this.lastsMs / 3;
  }
}
