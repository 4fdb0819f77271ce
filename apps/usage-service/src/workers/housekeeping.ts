import { MINUTE, SECOND } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { ConsumerLock } from '@strongroom/trail-consumer';

/** What is done now and then, by name; returns whether there is more to do at once. */
export type Chores = Readonly<Record<string, () => Promise<boolean>>>;

/** What one run may take before it is looked at again whether this process may work. */
const AGAIN_MS = SECOND;

/** Does chores once a minute, in the process that follows the trail. A chore that fails keeps no other from its turn. */
export class Housekeeping {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<boolean> | undefined;
  private isStopping = false;

  constructor(
    private readonly chores: Chores,
    private readonly lock: Pick<ConsumerLock, 'hold'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.plan(0);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Does all chores now, if this process is the one; returns whether there is more to do. */
  async once(): Promise<boolean> {
    let isMore = false;
    for (const [name, chore] of Object.entries(this.chores)) {
      if (this.isStopping) break;
      try {
        if (await this.lock.hold()) isMore = (await chore()) || isMore;
      } catch (error) {
        this.logger.warn('a chore has failed and will be done again', { name, error });
      }
    }
    return isMore;
  }

  private plan(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.once();
      void this.running.then((isMore) => this.isStopping || this.plan(isMore ? AGAIN_MS : MINUTE));
    }, delayMs).unref();
  }
}
