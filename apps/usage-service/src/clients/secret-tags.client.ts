import type { ServiceClient } from '@strongroom/grpc-kit';
import type { secretTagService } from '@strongroom/methods';
import type { SecretTagSource, Tags } from '../domain/tag-refresh';

/** Asks secrets-api. */
export class SecretTagClient implements SecretTagSource {
  constructor(private readonly client: Pick<ServiceClient<typeof secretTagService>, 'describeSecretTags'>) {}

  async tagsOf(arns: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
    const { secrets } = await this.client.describeSecretTags({ arns: [...arns] });
    return new Map(secrets.map(({ arn, tags }) => [arn, new Map(tags.map(({ key, value }) => [key, value]))]));
  }
}
