import { MINUTE, type Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { PurgeSchedule } from '../domain/purge-schedule.port';
import type { SecretStore } from '../domain/secret-store.port';

const BATCH = 500;

/** Searches the database for due purges and queues them, including those that an emptied Redis has lost. */
export class PurgeScan {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<SecretStore, 'dueForPurge'>,
    private readonly schedule: PurgeSchedule,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Scans now, and then once a minute. */
  start(intervalMs = MINUTE): void {
    const scan = () => {
      this.running = this.scan().catch((error: unknown) => this.logger.warn('the scan for due purges has failed', { error }));
    };
    scan();
    this.timer = setInterval(scan, intervalMs);
    this.timer.unref();
  }

  async scan(): Promise<void> {
    for (const { secretId, purgeAt } of await this.store.dueForPurge(this.clock.now(), BATCH)) {
      await this.schedule.plan(secretId, purgeAt);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
