import type { SecretListEntry, SecretsManagerClient, SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import { DEFAULT_KEY } from '../../target/key-mapping';
import { AWSCURRENT, type Source, type SourceItem, type SourceSecret, type SourceVersion, type Value } from '../../source';
import { concurrently, inGroups } from '../../../concurrency';
import { asked, isOfOne, reasonOf } from './aws-session';

export interface SecretsManagerOptions {
  client: SecretsManagerClient;
  /** For messages and ids: where the client calls. */
  place: string;
  /** Only secrets whose name begins so. */
  prefix?: string;
  /** Every version with its labels; else the current value alone. */
  allVersions: boolean;
  /** Resource policies too. They name principals of the account they come from. */
  policies: boolean;
  concurrency: number;
  signal: AbortSignal;
}

/** As many as BatchGetSecretValue takes. */
const GROUP = 20;

/** Secrets of AWS Secrets Manager, or of anything that speaks its API. Versions keep their ids. */
export class SecretsManagerSource implements Source {
  readonly id: string;
  readonly title: string;

  constructor(private readonly options: SecretsManagerOptions) {
    this.id = `aws-secrets-manager ${options.place}`;
    this.title = `AWS Secrets Manager (${options.place})`;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const { concurrency, allVersions } = this.options;
    const groups = inGroups(this.listed(wanted), GROUP);
    const work = allVersions
      ? (group: SecretListEntry[]) => this.withAllVersions(group)
      : (group: SecretListEntry[]) => this.withCurrent(group);
    for await (const items of concurrently(groups, concurrency, work)) yield* items;
  }

  close(): void {
    this.options.client.destroy();
  }

  private async *listed(wanted: (name: string) => boolean): AsyncGenerator<SecretListEntry, void> {
    const { paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
    const { client, prefix, signal } = this.options;
    const filters = prefix === undefined ? undefined : [{ Key: 'name' as const, Values: [prefix] }];
    const pages = paginateListSecrets({ client, pageSize: 100 }, { Filters: filters }, { abortSignal: signal })[
      Symbol.asyncIterator
    ]();
    for (;;) {
      const page = await asked(this.title, () => pages.next());
      if (page.done) return;
      // AWS compares prefixes without regard to case.
      for (const entry of page.value.SecretList ?? []) {
        if ((prefix === undefined || entry.Name!.startsWith(prefix)) && wanted(entry.Name!)) yield entry;
      }
    }
  }

  private async withCurrent(group: readonly SecretListEntry[]): Promise<SourceItem[]> {
    const { BatchGetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const { client, signal } = this.options;
    const SecretIdList = group.map(({ ARN }) => ARN!);
    const { SecretValues = [], Errors = [] } = await asked(this.title, () =>
      client.send(new BatchGetSecretValueCommand({ SecretIdList }), { abortSignal: signal }),
    );
    const values = new Map(SecretValues.map((value) => [value.ARN!, value]));
    const errors = new Map(Errors.map((error) => [error.SecretId!, error]));
    return Promise.all(
      group.map(async (entry): Promise<SourceItem> => {
        const value = values.get(entry.ARN!);
        if (value !== undefined) return this.item(entry, [versionOf(value, [AWSCURRENT])]);
        if (Object.keys(entry.SecretVersionsToStages ?? {}).length === 0) return this.item(entry, []);
        const error = errors.get(entry.ARN!);
        return { name: entry.Name!, unreadable: `AWS does not give it: ${error?.ErrorCode}: ${error?.Message}` };
      }),
    );
  }

  private withAllVersions(group: readonly SecretListEntry[]): Promise<SourceItem[]> {
    return Promise.all(
      group.map(async (entry): Promise<SourceItem> => {
        try {
          return await this.item(entry, await this.versions(entry));
        } catch (error) {
          if (isOfOne(error)) return { name: entry.Name!, unreadable: reasonOf(error) };
          throw await asked(this.title, () => Promise.reject(error as Error)).catch((explained: Error) => explained);
        }
      }),
    );
  }

  private async versions({ ARN }: SecretListEntry): Promise<SourceVersion[]> {
    const { GetSecretValueCommand, paginateListSecretVersionIds } = await import('@aws-sdk/client-secrets-manager');
    const { client, signal } = this.options;
    const listed = [];
    const request = { SecretId: ARN!, IncludeDeprecated: true };
    for await (const { Versions = [] } of paginateListSecretVersionIds({ client }, request, { abortSignal: signal })) {
      listed.push(...Versions);
    }
    listed.sort((one, other) => (one.CreatedDate?.getTime() ?? 0) - (other.CreatedDate?.getTime() ?? 0));
    const versions: SourceVersion[] = [];
    for (const { VersionId, VersionStages } of listed) {
      try {
        const value = await client.send(new GetSecretValueCommand({ SecretId: ARN!, VersionId }), { abortSignal: signal });
        versions.push(versionOf(value, VersionStages ?? []));
      } catch (error) {
        // The version of a rotation has no value until the rotation function gives it one.
        if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      }
    }
    return versions;
  }

  private async item(entry: SecretListEntry, versions: readonly SourceVersion[]): Promise<SourceSecret> {
    return {
      name: entry.Name!,
      description: entry.Description,
      tags: new Map(
        (entry.Tags ?? []).flatMap(({ Key, Value: value }) => (Key!.startsWith('aws:') ? [] : [[Key!, value ?? '']])),
      ),
      kmsKeyId: entry.KmsKeyId === DEFAULT_KEY ? undefined : entry.KmsKeyId,
      rotation: entry.RotationEnabled ? (entry.RotationLambdaARN ?? 'managed by AWS') : undefined,
      resourcePolicy: this.options.policies ? await this.policy(entry) : undefined,
      versions,
    };
  }

  private async policy({ ARN }: SecretListEntry): Promise<string | undefined> {
    const { GetResourcePolicyCommand } = await import('@aws-sdk/client-secrets-manager');
    const { client, signal } = this.options;
    const { ResourcePolicy } = await asked(this.title, () =>
      client.send(new GetResourcePolicyCommand({ SecretId: ARN! }), { abortSignal: signal }),
    );
    return ResourcePolicy;
  }
}

const versionOf = (
  { VersionId, SecretString, SecretBinary }: Partial<SecretValueEntry>,
  labels: readonly string[],
): SourceVersion => {
  const value: Value = SecretBinary === undefined ? { secretString: SecretString ?? '' } : { secretBinary: SecretBinary };
  return { id: VersionId!, keepId: true, value, labels };
};
