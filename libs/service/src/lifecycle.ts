import { type Scheduler, systemScheduler } from '@strongroom/access';
import type { Logger } from '@strongroom/telemetry';

/** The time that a part has to stop, in addition to its grace period; milliseconds. A part that takes longer is abandoned. */
const PATIENCE_MS = 10_000;

export interface Closable {
  close(): unknown;
}

interface Part {
  /** For the operator, if it does not stop. */
  readonly name: string;
  stop(graceMs: number): unknown;
}

export interface LifecycleOptions {
  logger: Logger;
  /** Default: the system's. */
  scheduler?: Scheduler;
}

/**
 * What a process has started, and how it stops. First everything that accepts work finishes what is in flight, all at the same
 * time. Then the rest is closed one by one, the last that was started first. A part that fails or hangs keeps no other from
 * stopping.
 */
export class Lifecycle {
  private readonly draining: Part[] = [];
  private readonly owned: Part[] = [];
  private readonly failures: string[] = [];
  private readonly scheduler: Scheduler;
  private stopped?: Promise<void>;
  private started = false;
  private waiting = false;

  constructor(private readonly options: LifecycleOptions) {
    this.scheduler = options.scheduler ?? systemScheduler;
  }

  /** Whether the start has finished and the stop has not begun. */
  get isServing(): boolean {
    return this.started && this.stopped === undefined;
  }

  /** Whether the process does all that it can at present: it serves, or waits for somebody before it can. */
  get isHealthy(): boolean {
    return this.isServing || (this.waiting && this.stopped === undefined);
  }

  /** Waits in the middle of the start for what somebody has to do. */
  protected async waitFor<T>(work: Promise<T>): Promise<T> {
    this.waiting = true;
    try {
      return await work;
    } finally {
      this.waiting = false;
    }
  }

  /** Everything has started. */
  serving(): void {
    this.started = true;
  }

  /** Takes charge of a resource: it is closed after everything that was started later. Returns `resource`. */
  own<Resource extends Closable>(name: string, resource: Resource): Resource;
  own<Resource>(name: string, resource: Resource, close: (resource: Resource) => unknown): Resource;
  own(name: string, resource: Closable, close = (it: Closable): unknown => it.close()): Closable {
    const part = { name, stop: () => close(resource) };
    // If the start has already failed elsewhere, nothing waits for this.
    if (this.stopped) void this.stopPart(part);
    else this.owned.push(part);
    return resource;
  }

  /**
   * Registers what accepts work. When the stop begins, before anything is closed, `drain` must accept no more and let work in
   * flight finish within `graceMs`.
   */
  onDrain(name: string, drain: (graceMs: number) => unknown): void {
    const part = { name, stop: drain };
    if (this.stopped) void this.stopPart(part);
    else this.draining.push(part);
  }

  /**
   * Stops all parts once, however often it is called.
   * @throws Error that names the parts that failed or hung, after all others have stopped
   */
  stop(graceMs: number): Promise<void> {
    this.stopped ??= Promise.resolve().then(() => this.stopAll(graceMs));
    return this.stopped;
  }

  private async stopAll(graceMs: number): Promise<void> {
    await Promise.all(this.draining.map((part) => this.stopPart(part, graceMs)));
    for (const part of this.owned.reverse()) await this.stopPart(part);
    if (this.failures.length > 0) throw new Error(this.failures.join('; '));
  }

  /** Never rejects. */
  private async stopPart(part: Part, graceMs = 0): Promise<void> {
    try {
      await this.within(
        graceMs + PATIENCE_MS,
        Promise.resolve().then(() => part.stop(graceMs)),
      );
    } catch (error) {
      this.failures.push(`${part.name}: ${error instanceof Error ? error.message : String(error)}`);
      this.options.logger.error('a part of the service did not stop', { name: part.name, error });
    }
  }

  private async within(milliseconds: number, work: Promise<unknown>): Promise<void> {
    let cancel: () => void = () => undefined;
    const impatience = new Promise<never>((_resolve, reject) => {
      cancel = this.scheduler.after(milliseconds, () => reject(new Error(`not stopped within ${milliseconds} ms`)));
    });
    await Promise.race([work, impatience]).finally(cancel);
  }
}
