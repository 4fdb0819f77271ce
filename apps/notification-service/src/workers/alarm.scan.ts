import type { Logger } from '@strongroom/telemetry';
import type { AlarmWatch } from '../domain/alarms/alarm-watch';

/** Looks at alarms that are due: regularly, and when there may be something new. */
export class AlarmScan {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isWanted = false;

  constructor(
    private readonly watch: Pick<AlarmWatch, 'look'>,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {}

  /** Looks now, or once more after the look that is under way. */
  look(): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    if (this.running !== undefined) {
      this.isWanted = true;
      return;
    }
    this.running = this.once().finally(() => {
      this.running = undefined;
      if (this.stopping.signal.aborted) return;
      if (this.isWanted) {
        this.isWanted = false;
        this.look();
      } else this.timer = setTimeout(() => this.look(), this.intervalMs * (0.75 + Math.random() / 2));
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async once(): Promise<void> {
    try {
      await this.watch.look(this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.warn('the look at alarms has failed', { error });
    }
  }
}
