import type { Clock } from '@strongroom/clock';
import { inTransaction } from '@strongroom/database';
import type { Logger } from '@strongroom/telemetry';
import type { DataSource } from 'typeorm';
import type { AccessLog } from '../domain/access-log.port';
import { dayText } from './secret.row';

const BATCH = 200;
/** Past this many, what was seen today is forgotten, and a few rows are written a second time. */
const REMEMBERED = 200_000;

interface Access {
  secretId: number;
  versionId: string;
}

/** Collects who was read and writes it down every few seconds, once a day for each version. */
export class SqlAccessLog implements AccessLog {
  private day = '';
  private readonly seen = new Set<string>();
  private pending: Access[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
    intervalMs = 5_000,
  ) {
    this.timer = setInterval(() => void this.flush(), intervalMs);
    this.timer.unref();
  }

  touch(secretId: number, versionId: string): void {
    const today = dayText(this.clock.now());
    if (today !== this.day || this.seen.size >= REMEMBERED) {
      this.day = today;
      this.seen.clear();
    }
    const key = `${secretId} ${versionId}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.pending.push({ secretId, versionId });
  }

  /** What can't be written now is kept for the next time. */
  async flush(): Promise<void> {
    const all = this.pending;
    this.pending = [];
    for (let start = 0; start < all.length; start += BATCH) {
      const batch = all.slice(start, start + BATCH);
      try {
        await this.write(batch);
      } catch (error) {
        this.pending.push(...batch);
        this.logger.warn('last access dates could not be written', { error });
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(batch: Access[]): Promise<void> {
    const day = dayText(this.clock.now());
    const secrets = [...new Set(batch.map(({ secretId }) => secretId))].sort((a, b) => a - b);
    // One row a transaction would be kinder to writers, but the locks last for two statements alone.
    await inTransaction(this.dataSource, async (manager) => {
      await manager.query(
        `UPDATE secret SET last_accessed_on = ? WHERE id IN (${secrets.map(() => '?').join()}) AND last_accessed_on < ?`,
        [day, ...secrets, day],
      );
      await manager.query(
        `UPDATE secret_version SET last_accessed_on = ?
          WHERE (${batch.map(() => '(secret_id = ? AND version_id = ?)').join(' OR ')}) AND last_accessed_on < ?`,
        [day, ...batch.flatMap(({ secretId, versionId }) => [secretId, versionId]), day],
      );
    });
  }
}
