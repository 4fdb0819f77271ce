import { MINUTE, type Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';

/** What becomes due for keys by itself. Idempotent: several processes may find the same key at a time. */
export interface Chore {
  /** For the log. */
  readonly name: string;
  /** The keys for which it is due, at most `limit`. */
  due(now: Date, limit: number): Promise<readonly string[]>;
  carryOut(keyId: string): Promise<void>;
}

const BATCH = 100;

/** Carries out what is due, now and then once a minute. What fails for one key is tried again the next time. */
export class KeyKeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly chores: readonly Chore[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(intervalMs = MINUTE): void {
    const begin = () => {
      this.running = this.running.then(() => this.round());
    };
    begin();
    this.timer = setInterval(begin, intervalMs).unref();
  }

  /** Never rejects. */
  async round(): Promise<void> {
    for (const chore of this.chores) {
      const due = await chore.due(this.clock.now(), BATCH).catch((error: unknown) => this.warn(chore, error));
      for (const keyId of due ?? []) {
        if (this.isStopping) return;
        await chore.carryOut(keyId).catch((error: unknown) => this.warn(chore, error, keyId));
      }
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private warn({ name }: Chore, error: unknown, keyId?: string): void {
    this.logger.warn('a chore of the key service has failed', { name, keyId, error });
  }
}
