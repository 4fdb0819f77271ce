import type {
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { secretNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { laterDay } from '../domain/access-log.port';
import { digestOf } from '../domain/hashing/digest';
import { readPageToken, writePageToken } from '../domain/page-token';
import { requireMaxResults } from '../domain/request-rules';
import { AWSCURRENT } from '../domain/labels';
import { labelsOf } from '../domain/staging-labels';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';

/** AWS's name for the account's default key here, which encrypts the current version of a secret without its own key. */
const DEFAULT_KEY = 'DefaultEncryptionKey';

export const listSecretVersionIds = (d: Dependencies) =>
  unary<ListSecretVersionIdsRequest, ListSecretVersionIdsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults, secretNumbers.listMaxResults);
    const { includeDeprecated } = request;
    const { secret, version: current } = await d.access.open(call, 'ListSecretVersionIds', request.secretId, {
      selection: { label: AWSCURRENT },
    });
    const defaultKeyArn = secret.kmsKeyArn === undefined ? current?.sealed?.kmsKeyArn : undefined;
    const question = digestOf('ListSecretVersionIds', secret.arn, includeDeprecated);
    const after = readPageToken(request.nextToken, question);
    const { items, next } = await d.store.listVersions({ secretId: secret.id, includeDeprecated, after, limit }, call.deadline);
    return {
      arn: secret.arn,
      name: secret.name,
      versions: items.map(({ versionId, createdAt, lastAccessedOn, kmsKeyArn }) => ({
        versionId,
        versionStages: labelsOf(secret.labels, versionId),
        lastAccessedDate: laterDay(lastAccessedOn, d.accesses.lastRead(secret.id, versionId)),
        createdDate: createdAt,
        kmsKeyIds: kmsKeyArn === undefined ? [] : [kmsKeyArn === defaultKeyArn ? DEFAULT_KEY : kmsKeyArn],
      })),
      nextToken: next ? writePageToken(next, question) : '',
    };
  });
