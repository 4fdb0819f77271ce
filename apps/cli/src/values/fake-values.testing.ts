import { type SecretsCalls, type SecretVersion, StrongroomError } from '@strongroom/client';
import type { ErrorKind } from '@strongroom/errors';

export const failure = (kind: ErrorKind, reason: string): StrongroomError =>
  new StrongroomError({ kind, reason, message: `${reason} it is`, metadata: { request_id: 'r-1' } });

type Calls = Pick<SecretsCalls, 'getSecretValue' | 'batchGetSecretValue' | 'listSecrets'>;

/** The calls by which values are read, on secrets in memory. */
export class FakeValues {
  /** By `name` or `name?stage`. */
  readonly versions = new Map<string, SecretVersion>();
  /** Why a secret cannot be read, by its name. */
  readonly failures = new Map<string, StrongroomError>();
  /** Why nothing can be read by a batch. */
  batchFailure: StrongroomError | undefined;
  /** Why nothing can be read at all. */
  away: StrongroomError | undefined;
  /** What was asked: `get a`, `batch a b`, `list p`. */
  readonly asked: string[] = [];

  readonly calls = {
    getSecretValue: async ({ secretId, versionStage }: { secretId: string; versionStage?: string }) => {
      const key = versionStage === undefined ? secretId : `${secretId}?${versionStage}`;
      this.asked.push(`get ${key}`);
      if (this.away) throw this.away;
      return this.read(key);
    },
    batchGetSecretValue: async ({ secretIdList = [] }: { secretIdList?: string[] }) => {
      this.asked.push(`batch ${secretIdList.join(' ')}`);
      if (this.away ?? this.batchFailure) throw (this.away ?? this.batchFailure)!;
      const readable = secretIdList.filter((id) => this.versions.has(id) && !this.failures.has(id));
      return { secretValues: readable.map((id) => this.read(id)), errors: [], nextToken: '' };
    },
    listSecrets: ({ filters = [] }: { filters?: { values?: string[] }[] }) => {
      const prefix = filters[0]?.values?.[0] ?? '';
      this.asked.push(`list ${prefix}`);
      const { away, versions } = this;
      return (async function* () {
        if (away) throw away;
        // The service compares without regard to case.
        for (const name of versions.keys()) if (name.toLowerCase().startsWith(prefix.toLowerCase())) yield { name };
      })();
    },
  } as unknown as Calls;

  put(...versions: SecretVersion[]): this {
    for (const version of versions) this.versions.set(version.name, version);
    return this;
  }

  private read(key: string): SecretVersion {
    const found = this.failures.get(key) ?? this.versions.get(key);
    if (found === undefined) throw failure('not-found', 'ResourceNotFoundException');
    if (found instanceof StrongroomError) throw found;
    return found;
  }
}
