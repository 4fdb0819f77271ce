import { setTimeout as sleep } from 'node:timers/promises';

/** After work that failed for a reason that may pass; milliseconds. */
const PAUSE_MS = 500;

export interface LatestOptions {
  /** Whether the same work may succeed later. */
  mayPass: (error: unknown) => boolean;
  /** Work failed for good. */
  failed: (error: unknown) => void;
  /** Nothing is under way any more. */
  idle: () => void;
  signal: AbortSignal;
}

/**
 * Work by key, one at a time for each. Work that is asked for while the same key is at work runs once more afterwards, however
 * often it was asked for: it reads what is there then.
 */
export class Latest {
  /** By key; true: once more. */
  private readonly running = new Map<unknown, boolean>();

  constructor(private readonly options: LatestOptions) {}

  get isIdle(): boolean {
    return this.running.size === 0;
  }

  do(key: unknown, work: () => Promise<void>): void {
    if (this.running.has(key)) this.running.set(key, true);
    else void this.run(key, work);
  }

  /** Never rejects. */
  private async run(key: unknown, work: () => Promise<void>): Promise<void> {
    const { mayPass, failed, idle, signal } = this.options;
    do {
      this.running.set(key, false);
      try {
        await work();
      } catch (error) {
        if (signal.aborted) break;
        if (!mayPass(error)) failed(error);
        else {
          await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
          this.running.set(key, true);
        }
      }
    } while (this.running.get(key) && !signal.aborted);
    this.running.delete(key);
    if (this.isIdle) idle();
  }
}
