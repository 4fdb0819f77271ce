import type { SecretsCalls } from '@strongroom/client';
import { isDomainError } from '@strongroom/errors';
import { concurrently } from '../../concurrency';
import { type ExportLine, FORMAT, FORMAT_VERSION, type MissingLine, type SecretLine, type VersionLine } from './format';

export interface ExporterOptions {
  secrets: SecretsCalls;
  /** Of the names; undefined: all. */
  prefix?: string;
  /** Secrets that are read side by side. */
  concurrency: number;
  signal: AbortSignal;
}

/** Values of a secret that are read ahead; the others are read when it is their turn, so that a few secrets fill no memory. */
const VALUES_AHEAD = 10;
/** A secret that was deleted, or may not be read, is missing; anything else ends the export. */
const OF_ONE: ReadonlySet<string> = new Set(['not-found', 'permission-denied', 'failed-precondition']);

type Listed = Awaited<ReturnType<ReturnType<SecretsCalls['listSecrets']>['all']>>[number];
type ListedVersion = Awaited<ReturnType<ReturnType<SecretsCalls['listSecretVersionIds']>['all']>>[number];

interface ReadSecret {
  line: SecretLine;
  first: VersionLine[];
  rest: ListedVersion[];
}

/** Reads secrets with everything that an import can bring back. */
export class Exporter {
  /** Scheduled for deletion: their values cannot be read. */
  readonly scheduledForDeletion: string[] = [];
  readonly missing: MissingLine['missing'][] = [];
  private secrets = 0;
  private versions = 0;

  constructor(private readonly options: ExporterOptions) {}

  get counts(): { secrets: number; versions: number; missing: number } {
    return { secrets: this.secrets, versions: this.versions, missing: this.missing.length };
  }

  /** All lines but the trailer, which counts them. @param told is called with the number of secrets so far */
  async *lines(exportedAt: Date, told: (secrets: number) => void): AsyncGenerator<ExportLine, void> {
    const { prefix = '', concurrency } = this.options;
    yield { format: FORMAT, version: FORMAT_VERSION, exportedAt: exportedAt.toISOString(), prefix };
    for await (const read of concurrently(this.listed(), concurrency, (listed) => this.read(listed))) {
      if ('missing' in read) {
        this.missing.push(read.missing);
        yield read;
        continue;
      }
      yield read.line;
      yield* read.first;
      for (const version of read.rest) yield await this.version(read.line.secret.arn, version);
      this.secrets++;
      this.versions += read.line.secret.versions;
      told(this.secrets);
    }
  }

  private async *listed(): AsyncGenerator<Listed, void> {
    const { secrets, prefix, signal } = this.options;
    const filters = prefix === undefined ? [] : [{ key: 'name', values: [prefix] }];
    for await (const listed of secrets.listSecrets({ filters, includePlannedDeletion: true }, { signal })) {
      if (listed.deletedDate) this.scheduledForDeletion.push(listed.name);
      else yield listed;
    }
  }

  private async read(listed: Listed): Promise<ReadSecret | MissingLine> {
    const { arn, name } = listed;
    const { secrets, signal } = this.options;
    try {
      const [{ resourcePolicy }, versions] = await Promise.all([
        secrets.getResourcePolicy({ secretId: arn }, { signal }),
        secrets.listSecretVersionIds({ secretId: arn, includeDeprecated: true }, { signal }).all(),
      ]);
      // The version of a rotation has no value until the rotation function gives it one.
      const valued = versions.filter(({ kmsKeyIds }) => kmsKeyIds.length > 0).sort(byDate);
      const ahead = valued.slice(0, VALUES_AHEAD);
      return {
        line: { secret: { ...describe(listed), resourcePolicy, versions: valued.length } },
        first: await Promise.all(ahead.map((version) => this.version(arn, version))),
        rest: valued.slice(VALUES_AHEAD),
      };
    } catch (error) {
      if (!isDomainError(error) || !OF_ONE.has(error.kind)) throw error;
      return { missing: { name, why: `${error.reason}: ${error.message}` } };
    }
  }

  private async version(secretId: string, { versionId, versionStages, createdDate }: ListedVersion): Promise<VersionLine> {
    const { secrets, signal } = this.options;
    const { secretString, secretBinary } = await secrets.getSecretValue({ secretId, versionId }, { signal });
    const value = secretBinary === undefined ? { secretString } : { secretBinary: secretBinary.toString('base64') };
    return { version: { id: versionId, labels: versionStages, createdAt: createdDate?.toISOString(), ...value } };
  }
}

const byDate = (one: ListedVersion, other: ListedVersion): number =>
  (one.createdDate?.getTime() ?? 0) - (other.createdDate?.getTime() ?? 0);

const describe = (listed: Listed): Omit<SecretLine['secret'], 'versions'> => {
  const { arn, name, description, tags, kmsKeyId, createdDate, lastChangedDate, rotationEnabled, rotationRules } = listed;
  const days = rotationRules?.automaticallyAfterDays;
  return {
    name,
    arn,
    description,
    tags: tags.map(({ key, value }) => ({ key, value })),
    kmsKeyId,
    rotation:
      rotationEnabled === undefined
        ? undefined
        : {
            enabled: rotationEnabled,
            function: listed.rotationLambdaArn,
            automaticallyAfterDays: days === undefined ? undefined : Number(days),
            duration: rotationRules?.duration,
            scheduleExpression: rotationRules?.scheduleExpression,
          },
    createdAt: createdDate?.toISOString(),
    lastChangedAt: lastChangedDate?.toISOString(),
  };
};
