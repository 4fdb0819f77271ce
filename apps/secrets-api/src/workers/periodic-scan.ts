import { MINUTE } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';

/** Searches the database for due work and queues it, including what an emptied Redis has lost. */
export abstract class PeriodicScan {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /** @param what is searched for, in the plural */
  protected constructor(
    private readonly what: string,
    private readonly logger: Logger,
  ) {}

  abstract scan(): Promise<void>;

  /** Scans now, and then once a minute, unless the scan before is still at work. */
  start(intervalMs = MINUTE): void {
    const scan = () => {
      this.running ??= this.scan()
        .catch((error: unknown) => this.logger.warn('a scan for due work has failed', { name: this.what, error }))
        .finally(() => (this.running = undefined));
    };
    scan();
    this.timer = setInterval(scan, intervalMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
