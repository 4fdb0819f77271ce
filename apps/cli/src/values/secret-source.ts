import { type SecretCache, type SecretsCalls, type SecretVersion, StrongroomError } from '@strongroom/client';
import { keyOf, type VersionName } from '@strongroom/templates';
import { CliError } from '../cli-error';
import { EXIT, exitCodeOf } from '../exit-code';
import type { SecretNews } from './secret-news';

/** Versions of secrets by `keyOf`. */
export type Versions = ReadonlyMap<string, SecretVersion>;

/** Where values come from. */
export interface SecretSource {
  /** Every version that is named. @throws CliError that names the secret */
  read(names: readonly VersionName[]): Promise<Versions>;
  /** The names of all secrets that begin so, in their order. @throws CliError if there is none */
  namesBelow(prefix: string): Promise<string[]>;
}

type Calls = Pick<SecretsCalls, 'getSecretValue' | 'batchGetSecretValue' | 'listSecrets'>;

/** The most that one BatchGetSecretValue reads. */
const MAX_BATCH = 20;
/** Calls at the same time where each secret needs one. */
const CONCURRENCY = 8;

/** Reads from the cluster: what can be, by one call for many. */
export class ClusterSource implements SecretSource {
  constructor(
    private readonly calls: () => Promise<Calls>,
    private readonly signal: AbortSignal,
  ) {}

  async read(names: readonly VersionName[]): Promise<Versions> {
    const wanted = new Map(names.map((name) => [keyOf(name), name]));
    const versions = new Map<string, SecretVersion>();
    // A batch reads AWSCURRENT alone. For one secret, a call of its own needs fewer rights.
    const current = [...wanted].filter(([key, { secretId }]) => key === secretId).map(([key]) => key);
    if (current.length > 1) {
      for (let from = 0; from < current.length; from += MAX_BATCH) {
        for (const [key, version] of await this.batch(current.slice(from, from + MAX_BATCH))) versions.set(key, version);
      }
    }
    // What a batch could not read says why best when it is asked for alone.
    const left = [...wanted].filter(([key]) => !versions.has(key)).map(([, name]) => name);
    for (const [key, version] of await readEach(left, CONCURRENCY, (name) => this.single(name))) versions.set(key, version);
    return versions;
  }

  async namesBelow(prefix: string): Promise<string[]> {
    const { listSecrets } = await this.calls();
    const names: string[] = [];
    const filters = [{ key: 'name', values: [prefix] }];
    try {
      for await (const { name } of listSecrets({ filters }, { signal: this.signal }))
        if (name.startsWith(prefix)) names.push(name);
    } catch (error) {
      throw about(`--prefix ${prefix}`, error);
    }
    if (names.length === 0) {
      throw new CliError(`--prefix ${prefix}: there is no secret whose name begins so, or none that you may list`, {
        exitCode: EXIT.notFound,
      });
    }
    return names.sort();
  }

  /** Those of the secrets that a batch can read; a refusal of the batch itself leaves all to single calls. */
  private async batch(secretIds: string[]): Promise<[key: string, version: SecretVersion][]> {
    const { batchGetSecretValue } = await this.calls();
    try {
      const { secretValues } = await batchGetSecretValue({ secretIdList: secretIds }, { signal: this.signal });
      return secretIds.flatMap((secretId) => {
        const version = secretValues.find(({ name, arn }) => name === secretId || arn === secretId);
        return version === undefined ? [] : [[secretId, version]];
      });
    } catch (error) {
      if (error instanceof StrongroomError && error.kind === 'permission-denied') return [];
      throw about(secretIds.join(', '), error);
    }
  }

  private async single({ secretId, versionStage, versionId }: VersionName): Promise<SecretVersion> {
    const { getSecretValue } = await this.calls();
    return getSecretValue({ secretId, versionStage, versionId }, { signal: this.signal });
  }
}

/** Reads through a cache, and hears from then on of what was read. */
export class CachedSource implements SecretSource {
  constructor(
    private readonly cache: Pick<SecretCache, 'get'>,
    private readonly news: Pick<SecretNews, 'follow'>,
    private readonly cluster: SecretSource,
    private readonly signal: AbortSignal,
  ) {}

  async read(names: readonly VersionName[]): Promise<Versions> {
    const wanted = [...new Map(names.map((name) => [keyOf(name), name])).values()];
    const reading = readEach(wanted, Infinity, ({ secretId, versionStage, versionId }) =>
      this.cache.get({ secretId, versionStage, versionId }, { maxAgeMs: 0, signal: this.signal }),
    );
    // Before the answers are there, so that no change falls between.
    this.news.follow(wanted);
    return reading;
  }

  namesBelow(prefix: string): Promise<string[]> {
    return this.cluster.namesBelow(prefix);
  }
}

const readEach = async (
  names: readonly VersionName[],
  concurrency: number,
  read: (name: VersionName) => Promise<SecretVersion>,
): Promise<Map<string, SecretVersion>> => {
  const versions = new Map<string, SecretVersion>();
  for (let from = 0; from < names.length; from += concurrency) {
    const reading = names.slice(from, from + concurrency).map(async (name) => {
      const version = await read(name).catch((error: unknown) => {
        throw about(keyOf(name), error);
      });
      versions.set(keyOf(name), version);
    });
    await Promise.all(reading);
  }
  return versions;
};

/** An error of the service does not always name the secret. */
const about = (what: string, error: unknown): unknown => {
  if (!(error instanceof StrongroomError)) return error;
  return new CliError(`${what}: ${error.reason}: ${error.message}`, {
    exitCode: exitCodeOf(error.kind),
    hint: error.requestId === undefined ? undefined : `Request id: ${error.requestId}`,
    cause: error,
  });
};
