import type { Clock } from '@strongroom/clock';
import { type HotPool, questionMarks } from '@strongroom/database';
import type { Logger } from '@strongroom/telemetry';
import type { AccessLog } from '../domain/access-log.port';
import { dayText } from './secret.row';

const BATCH = 200;
/** The most versions to remember. Beyond it, what was seen today is dropped, and a few rows are written twice. */
const REMEMBERED = 200_000;
/**
 * The most reads of one account that wait to be written. If the database is unreachable for long, dates are lost so that memory
 * is not exhausted.
 */
const PENDING_OF_ACCOUNT = 20_000;
/** The delay after the first read, milliseconds: it shows soon, and further reads share its statements. */
const DELAY = 100;
const RETRY_AFTER = 5_000;

interface Access {
  day: string;
  secretId: number;
  versionId: string;
  accountId: string;
}

/** Collects reads and writes them soon after, once a day for each version. */
export class DatabaseAccessLog implements AccessLog {
  private day = '';
  private readonly seen = new Set<string>();
  private readonly seenSecrets = new Set<number>();
  private pending: Access[] = [];
  private readonly pendingOf = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  touch({ secretId, versionId, accountId }: Omit<Access, 'day'>): void {
    const today = dayText(this.clock.now());
    if (today !== this.day || this.seen.size >= REMEMBERED) {
      this.day = today;
      this.seen.clear();
      this.seenSecrets.clear();
    }
    const key = keyOf(secretId, versionId);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.seenSecrets.add(secretId);
    this.keep([{ day: today, secretId, versionId, accountId }]);
    this.flushAfter(DELAY);
  }

  lastRead(secretId: number, versionId?: string): Date | undefined {
    const isSeen = versionId === undefined ? this.seenSecrets.has(secretId) : this.seen.has(keyOf(secretId, versionId));
    return isSeen ? new Date(this.day) : undefined;
  }

  private keep(accesses: readonly Access[]): void {
    for (const access of accesses) {
      const count = this.pendingOf.get(access.accountId) ?? 0;
      if (count >= PENDING_OF_ACCOUNT) continue;
      this.pendingOf.set(access.accountId, count + 1);
      this.pending.push(access);
    }
  }

  /** Reads that cannot be written now are kept for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return (this.flushing = this.flushing.then(() => this.flushPending()));
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
  }

  private async flushPending(): Promise<void> {
    const all = this.pending;
    this.pending = [];
    this.pendingOf.clear();
    for (const day of new Set(all.map((access) => access.day))) {
      const ofDay = all.filter((access) => access.day === day);
      for (let start = 0; start < ofDay.length; start += BATCH) await this.writeOrKeep(day, ofDay.slice(start, start + BATCH));
    }
  }

  private flushAfter(milliseconds: number): void {
    this.timer ??= setTimeout(() => void this.flush(), milliseconds).unref();
  }

  private async writeOrKeep(day: string, batch: Access[]): Promise<void> {
    try {
      await this.write(day, batch);
    } catch (error) {
      this.keep(batch);
      this.flushAfter(RETRY_AFTER);
      this.logger.warn('last access dates could not be written', { error });
    }
  }

  private async write(day: string, batch: Access[]): Promise<void> {
    const secrets = [...new Set(batch.map(({ secretId }) => secretId))].sort((a, b) => a - b);
    // One row in each transaction would be better for writers, but the locks last only for two statements.
    await this.pool.transaction(async (statements) => {
      await statements.execute(
        `UPDATE secret SET last_accessed_on = ? WHERE id IN (${questionMarks(secrets.length)}) AND last_accessed_on < ?`,
        [day, ...secrets, day],
      );
      await statements.execute(
        `UPDATE secret_version SET last_accessed_on = ?
          WHERE (${batch.map(() => '(secret_id = ? AND version_id = ?)').join(' OR ')}) AND last_accessed_on < ?`,
        [day, ...batch.flatMap(({ secretId, versionId }) => [secretId, versionId]), day],
      );
    });
  }
}

const keyOf = (secretId: number, versionId: string): string => `${secretId} ${versionId}`;
