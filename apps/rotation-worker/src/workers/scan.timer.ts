import type { Logger } from '@strongroom/telemetry';
import type { RotationScan } from '../domain/rotation-scan';
import { failureOf } from '../domain/step-failure';

/** Scans repeatedly, one scan at a time, at times that differ between workers. */
export class ScanTimer {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly scan: RotationScan,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.stopping.signal.aborted) return;
    this.running = this.once().then((isMoreDue) => {
      if (this.stopping.signal.aborted) return;
      this.timer = setTimeout(() => this.start(), isMoreDue ? 0 : this.intervalMs * (0.75 + Math.random() / 2));
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async once(): Promise<boolean> {
    try {
      return await this.scan.scan(this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted)
        this.logger.warn('the scan for due rotations has failed', { reason: failureOf(error).code, error });
      return false;
    }
  }
}
