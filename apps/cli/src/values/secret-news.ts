import type { SecretCache, StrongroomError } from '@strongroom/client';
import { keyOf, type VersionName } from '@strongroom/templates';

/** What has been heard of secrets, by `keyOf`: that there is another version, or why it cannot be read any more. */
export type News = ReadonlyMap<string, { name: VersionName; lost?: StrongroomError }>;

/** Collects what a cache tells, until somebody has time for it. */
export class SecretNews {
  private heard = new Map<string, { name: VersionName; lost?: StrongroomError }>();
  private readonly followed = new Map<string, () => void>();
  private wake = (): void => undefined;
  private timer: NodeJS.Timeout | undefined;
  private isDue = false;

  constructor(private readonly cache: Pick<SecretCache, 'subscribe'>) {}

  /** Hears of these from now on, and of no others. */
  follow(names: readonly VersionName[]): void {
    const wanted = new Map(names.map((name) => [keyOf(name), name]));
    for (const [key, leave] of this.followed) {
      if (wanted.has(key)) continue;
      leave();
      this.followed.delete(key);
    }
    for (const [key, { secretId, versionStage, versionId }] of wanted) {
      if (this.followed.has(key)) continue;
      const name = { secretId, versionStage, versionId };
      const leave = this.cache.subscribe(name, (change) => {
        this.heard.set(key, change.kind === 'lost' ? { name, lost: change.error } : { name });
        this.wake();
      });
      this.followed.set(key, leave);
    }
  }

  /** Resolves as soon as there is something; `take` has it. */
  async arrival(): Promise<void> {
    while (this.heard.size === 0 && !this.isDue) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Wakes whoever waits, although nothing was heard. */
  repeatAfter(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isDue = true;
      this.wake();
    }, milliseconds);
  }

  take(): News {
    const news = this.heard;
    this.heard = new Map();
    this.isDue = false;
    return news;
  }

  close(): void {
    clearTimeout(this.timer);
    for (const leave of this.followed.values()) leave();
    this.followed.clear();
  }
}
