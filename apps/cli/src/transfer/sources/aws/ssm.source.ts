import { z } from 'zod';
import { AWSCURRENT, type Source, type SourceItem, type SourceSecret, type SourceVersion, withOneValue } from '../../source';
import { concurrently, inGroups } from '../../../concurrency';
import type { SsmClient } from './ssm-client';

export interface SsmOptions {
  client: SsmClient;
  /** For messages and ids. */
  place: string;
  /** Only parameters whose name begins so. */
  prefix?: string;
  /** Every version, as far as AWS keeps them: 100. */
  allVersions: boolean;
  withoutTags: boolean;
  concurrency: number;
  close: () => void;
}

/** As many as GetParameters takes. */
const GROUP = 10;
/** AWS's key for parameters that have no other. */
const DEFAULT_KEY = 'alias/aws/ssm';

const describeAnswer = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Description: z.string().nullish(), KeyId: z.string().nullish() })),
  NextToken: z.string().nullish(),
});
const valuesAnswer = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Value: z.string(), Version: z.number() })),
  InvalidParameters: z.array(z.string()).nullish(),
});
const historyAnswer = z.object({
  Parameters: z.array(z.object({ Value: z.string(), Version: z.number(), Labels: z.array(z.string()).nullish() })),
  NextToken: z.string().nullish(),
});
const tagsAnswer = z.object({ TagList: z.array(z.object({ Key: z.string(), Value: z.string() })).nullish() });

type Described = z.infer<typeof describeAnswer>['Parameters'][number];

/** Parameters of AWS Systems Manager's Parameter Store, decrypted. */
export class SsmSource implements Source {
  readonly id: string;
  readonly title: string;

  constructor(private readonly options: SsmOptions) {
    this.id = `aws-ssm ${options.place}`;
    this.title = `AWS Parameter Store (${options.place})`;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const groups = inGroups(this.described(wanted), GROUP);
    for await (const items of concurrently(groups, this.options.concurrency, (group) => this.read(group))) yield* items;
  }

  close(): void {
    this.options.close();
  }

  private async *described(wanted: (name: string) => boolean): AsyncGenerator<Described, void> {
    const { client, prefix } = this.options;
    const ParameterFilters = prefix === undefined ? undefined : [{ Key: 'Name', Option: 'BeginsWith', Values: [prefix] }];
    let NextToken: string | undefined;
    do {
      const page = await client.call('DescribeParameters', { ParameterFilters, MaxResults: 50, NextToken }, describeAnswer);
      for (const parameter of page.Parameters) if (wanted(parameter.Name)) yield parameter;
      NextToken = page.NextToken ?? undefined;
    } while (NextToken !== undefined);
  }

  private async read(group: readonly Described[]): Promise<SourceItem[]> {
    const { client, allVersions, withoutTags } = this.options;
    const Names = group.map(({ Name }) => Name);
    const [{ Parameters }, tags, histories] = await Promise.all([
      client.call('GetParameters', { Names, WithDecryption: true }, valuesAnswer),
      Promise.all(withoutTags ? [] : Names.map((Name) => this.tags(Name))),
      Promise.all(allVersions ? Names.map((Name) => this.history(Name)) : []),
    ]);
    const values = new Map(Parameters.map((parameter) => [parameter.Name, parameter]));
    return group.map(({ Name, Description, KeyId }, index): SourceItem => {
      const value = values.get(Name);
      if (value === undefined) return { name: Name, unreadable: 'AWS lists it and does not give it: it was deleted meanwhile.' };
      const secret: Omit<SourceSecret, 'versions'> = {
        name: Name,
        description: Description ?? undefined,
        tags: tags[index],
        kmsKeyId: !KeyId || KeyId === DEFAULT_KEY ? undefined : KeyId,
      };
      const versions = histories[index];
      if (versions !== undefined && versions.length > 0) return { ...secret, versions };
      return withOneValue(secret, { secretString: value.Value }, { id: `${value.Version}` });
    });
  }

  private async history(Name: string): Promise<SourceVersion[]> {
    const versions: SourceVersion[] = [];
    let NextToken: string | undefined;
    do {
      const request = { Name, WithDecryption: true, MaxResults: 50, NextToken };
      const page = await this.options.client.call('GetParameterHistory', request, historyAnswer);
      for (const { Version, Value, Labels } of page.Parameters) {
        versions.push({ id: `${Version}`, value: { secretString: Value }, labels: Labels ?? [] });
      }
      NextToken = page.NextToken ?? undefined;
    } while (NextToken !== undefined);
    versions.sort((one, other) => Number(one.id) - Number(other.id));
    const stage: Record<number, string> = { [versions.length - 1]: AWSCURRENT, [versions.length - 2]: 'AWSPREVIOUS' };
    return versions.map((version, index) => {
      const label = stage[index];
      return label === undefined ? version : { ...version, labels: [label, ...version.labels] };
    });
  }

  private async tags(ResourceId: string): Promise<Map<string, string>> {
    const request = { ResourceType: 'Parameter', ResourceId };
    const { TagList } = await this.options.client.call('ListTagsForResource', request, tagsAnswer);
    return new Map((TagList ?? []).filter(({ Key }) => !Key.startsWith('aws:')).map(({ Key, Value }) => [Key, Value]));
  }
}
