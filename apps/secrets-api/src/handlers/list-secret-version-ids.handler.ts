import type {
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { secretNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { digestOf } from '../domain/hashing/digest';
import { readPageToken, writePageToken } from '../domain/page-token';
import { requireMaxResults } from '../domain/request-rules';
import { labelsOf } from '../domain/staging-labels';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';

export const listSecretVersionIds = (d: Dependencies) =>
  unary<ListSecretVersionIdsRequest, ListSecretVersionIdsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults, secretNumbers.listMaxResults);
    const { includeDeprecated } = request;
    const { secret } = await d.access.open(call, 'ListSecretVersionIds', request.secretId);
    const question = digestOf('ListSecretVersionIds', secret.arn, includeDeprecated);
    const after = readPageToken(request.nextToken, question);
    const { items, next } = await d.store.listVersions({ secretId: secret.id, includeDeprecated, after, limit }, call.deadline);
    return {
      arn: secret.arn,
      name: secret.name,
      versions: items.map(({ versionId, createdAt, lastAccessedOn, kmsKeyArn }) => ({
        versionId,
        versionStages: labelsOf(secret.labels, versionId),
        lastAccessedDate: lastAccessedOn,
        createdDate: createdAt,
        kmsKeyIds: kmsKeyArn === undefined ? [] : [kmsKeyArn],
      })),
      nextToken: next ? writePageToken(next, question) : '',
    };
  });
