import type { SecretVersion } from '@strongroom/client';
import { type Clock, systemClock } from '@strongroom/clock';
import { keyOf, type VersionName } from '@strongroom/templates';
import { CliError } from '../cli-error';
import { EXIT, type ExitCode } from '../exit-code';
import { inWords } from '../options/duration';
import type { OfflineStore } from './offline-store';
import type { SecretSource, Versions } from './secret-source';

export interface OfflineOptions {
  store: OfflineStore;
  /** Of the cluster: the same names have other values in another one. */
  cluster: string;
  /** Keeps what is read. */
  keep: boolean;
  /** Answers from what was kept while the cluster cannot be reached. */
  use: boolean;
  /** Milliseconds; what is older is not used. */
  maxAgeMs: number;
  /** Tells people. */
  note: (text: string) => void;
  clock?: Clock;
}

/** An answer, but not the one that was hoped for: what is kept may not stay. */
const refusals: ReadonlySet<ExitCode> = new Set([EXIT.refused, EXIT.notFound, EXIT.conflict]);

/**
 * Answers from what an earlier run has kept while the cluster cannot be reached, and only then. What the cluster refuses is
 * forgotten.
 */
export class OfflineSource implements SecretSource {
  private readonly clock: Clock;

  constructor(
    private readonly inner: SecretSource,
    private readonly options: OfflineOptions,
  ) {
    this.clock = options.clock ?? systemClock;
  }

  async read(names: readonly VersionName[]): Promise<Versions> {
    try {
      const versions = await this.inner.read(names);
      for (const [key, version] of versions) await this.keep(key, packed(version));
      return versions;
    } catch (error) {
      if (isRefusal(error)) await this.forgetRefused(names);
      if (!this.mayAnswer(error)) throw error;
      return this.kept(names, error);
    }
  }

  async namesBelow(prefix: string): Promise<string[]> {
    const key = `${prefix}*`;
    try {
      const names = await this.inner.namesBelow(prefix);
      await this.keep(key, names);
      return names;
    } catch (error) {
      if (isRefusal(error)) await this.options.store.remove(this.entryOf(key));
      if (!this.mayAnswer(error)) throw error;
      const entry = await this.options.store.read(this.entryOf(key));
      if (!entry || this.ageOf(entry) > this.options.maxAgeMs) throw error;
      return entry.content as string[];
    }
  }

  /** The right to read it has ended. */
  async forget(name: VersionName): Promise<void> {
    await this.options.store.remove(this.entryOf(keyOf(name)));
  }

  /** A cache that cannot be written is no reason not to go on. */
  private async keep(key: string, content: unknown): Promise<void> {
    const { keep, store, note } = this.options;
    if (!keep) return;
    try {
      await store.write(this.entryOf(key), { readAt: this.clock.millis(), content });
    } catch (error) {
      note(`${key} is not in the offline cache: ${(error as Error).message}`);
    }
  }

  private async kept(names: readonly VersionName[], failure: unknown): Promise<Versions> {
    const { store, maxAgeMs, note } = this.options;
    const versions = new Map<string, SecretVersion>();
    for (const key of new Set(names.map(keyOf))) {
      const entry = await store.read(this.entryOf(key));
      if (!entry) throw failure;
      const age = this.ageOf(entry);
      if (age > maxAgeMs) {
        throw new CliError(
          `the cluster cannot be reached, and the value of ${key} in the offline cache is ${inWords(age)} old, ` +
            `more than --max-offline-age ${inWords(maxAgeMs)}`,
          { exitCode: EXIT.unavailable, cause: failure },
        );
      }
      note(`the cluster cannot be reached; the value of ${key} is ${inWords(age)} old`);
      versions.set(key, unpacked(entry.content));
    }
    return versions;
  }

  /** One of them was refused. Each is asked for by itself, for the others stay. */
  private async forgetRefused(names: readonly VersionName[]): Promise<void> {
    for (const name of names) {
      const outcome = names.length === 1 ? undefined : await this.inner.read([name]).catch((error: unknown) => ({ error }));
      if (outcome === undefined || ('error' in outcome && isRefusal(outcome.error))) await this.forget(name);
    }
  }

  private mayAnswer(error: unknown): boolean {
    return this.options.use && error instanceof CliError && error.exitCode === EXIT.unavailable;
  }

  private ageOf({ readAt }: { readAt: number }): number {
    const age = this.clock.millis() - readAt;
    // A clock that was set back must not make anything younger.
    return age < 0 ? Infinity : age;
  }

  private entryOf(key: string): string {
    return JSON.stringify([this.options.cluster, key]);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof CliError && refusals.has(error.exitCode);

type Packed = Pick<SecretVersion, 'arn' | 'name' | 'versionId' | 'versionStages' | 'secretString'> & { base64?: string };

const packed = ({ arn, name, versionId, versionStages, secretString, secretBinary }: SecretVersion): Packed => ({
  ...{ arn, name, versionId, versionStages, secretString },
  base64: secretBinary?.toString('base64'),
});

const unpacked = (content: unknown): SecretVersion => {
  const { base64, ...version } = content as Packed;
  return { ...version, createdDate: undefined, ...(base64 !== undefined && { secretBinary: Buffer.from(base64, 'base64') }) };
};
