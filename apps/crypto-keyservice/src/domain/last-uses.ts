import type { Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';

/** A successful use of a key's material. */
export interface LastUse {
  keyId: string;
  /** As KMS names it in GetKeyLastUsage: Decrypt, GenerateDataKey, … */
  operation: string;
  usedAt: Date;
  /** Empty for a use that leaves no event of its own. */
  eventId: string;
  requestId: string;
}

export interface LastUseStore {
  /** Keeps each use that is later than the one that is stored; ignores keys that no longer exist. */
  keep(uses: readonly LastUse[]): Promise<void>;
  find(keyId: string): Promise<LastUse | undefined>;
}

/** The most keys whose use waits to be written. Beyond it, dates are lost so that memory is not exhausted. */
export const MAX_PENDING = 50_000;
/** The delay after the first use, milliseconds: the later uses of it share its statement. */
const DELAY = 2_000;

/** Remembers when each key was last used, and writes it soon after: a key in use costs a row every few seconds. */
export class LastUses {
  private pending = new Map<string, LastUse>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: LastUseStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  note(use: Omit<LastUse, 'usedAt'>): void {
    if (this.pending.size >= MAX_PENDING && !this.pending.has(use.keyId)) return;
    this.pending.set(use.keyId, { ...use, usedAt: this.clock.now() });
    this.timer ??= setTimeout(() => void this.flush(), DELAY).unref();
  }

  /** Includes what this process has not written yet. */
  async of(keyId: string): Promise<LastUse | undefined> {
    return this.pending.get(keyId) ?? (await this.store.find(keyId));
  }

  /** Uses that cannot be written now are kept for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return (this.flushing = this.flushing.then(() => this.write()));
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
  }

  private async write(): Promise<void> {
    const uses = this.pending;
    this.pending = new Map();
    if (uses.size === 0) return;
    try {
      await this.store.keep([...uses.values()]);
    } catch (error) {
      this.logger.warn('the last uses of keys could not be written', { error });
      this.pending = new Map([...uses, ...this.pending]);
      this.timer ??= setTimeout(() => void this.flush(), DELAY).unref();
    }
  }
}
