import type {
  DescribeSecretTagsRequest,
  DescribeSecretTagsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secret_tags';
import { invalidParameter } from '@strongroom/errors';
import { served, unary } from '@strongroom/grpc-kit';
import { secretTagService } from '@strongroom/methods';
import { readSecretId } from '../domain/secret-reference';
import type { SecretReader } from '../domain/secret-reader.port';
import { toTags } from './secret-message';

const MAX_ARNS = 500;

interface TagDependencies {
  reader: SecretReader;
  accountId: string;
  region: string;
}

export const secretTagHandlers = (d: TagDependencies) => served(secretTagService, { describeSecretTags: describeSecretTags(d) });

const describeSecretTags = ({ reader, ...place }: TagDependencies) =>
  unary<DescribeSecretTagsRequest, DescribeSecretTagsResponse, undefined>(async ({ arns }) => {
    if (arns.length === 0 || arns.length > MAX_ARNS) throw invalidParameter(`Arns must have 1 to ${MAX_ARNS} items.`);
    // The reads of one turn of the event loop are one statement.
    const found = await Promise.all(arns.map((arn) => reader.find(readSecretId(arn, place, 'Arns').keys[0]!)));
    return { secrets: found.flatMap((one) => (one ? [{ arn: one.secret.arn, tags: toTags(one.secret) }] : [])) };
  });
