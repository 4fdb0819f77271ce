import {
  type ListSecretsRequest,
  type ListSecretsResponse,
  SortBy,
  SortOrder,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { invalidParameter } from '@strongroom/errors';
import { secretNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { digestOf } from '../domain/hashing/digest';
import { readPageToken, writePageToken } from '../domain/page-token';
import { requireMaxResults } from '../domain/request-rules';
import { parseFilters } from '../domain/secret-filter';
import type { SortKey } from '../domain/secret-store.port';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { toDescription, toStagesMessage } from './secret-message';

const SORT_KEYS: Partial<Record<SortBy, SortKey>> = {
  [SortBy.UNSPECIFIED]: 'created',
  [SortBy.CREATED_DATE]: 'created',
  [SortBy.LAST_ACCESSED_DATE]: 'accessed',
  [SortBy.LAST_CHANGED_DATE]: 'changed',
  [SortBy.NAME]: 'name',
};

const DESCENDING: Partial<Record<SortOrder, boolean>> = {
  [SortOrder.UNSPECIFIED]: false,
  [SortOrder.ASC]: false,
  [SortOrder.DESC]: true,
};

export const listSecrets = (d: Dependencies) =>
  unary<ListSecretsRequest, ListSecretsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults, secretNumbers.listMaxResults);
    const filters = parseFilters(request.filters);
    const sort = SORT_KEYS[request.sortBy];
    const descending = DESCENDING[request.sortOrder];
    if (sort === undefined) throw invalidParameter('SortBy is not a known order.');
    if (descending === undefined) throw invalidParameter('SortOrder must be asc or desc.');
    const { accountId } = call.caller;
    const includeDeleted = request.includePlannedDeletion;
    const question = digestOf('ListSecrets', accountId, d.region, filters, sort, descending, includeDeleted);
    const after = readPageToken(request.nextToken, question);
    d.authorizer.require(call, { action: 'secretsmanager:ListSecrets', resource: '*', resourceAccountId: accountId });
    const { items, next } = await d.store.list(
      { accountId, region: d.region, filters, includeDeleted, sort, descending, after, limit },
      call.deadline,
    );
    return {
      secretList: items.map((secret) => ({
        ...toDescription(secret),
        secretVersionsToStages: toStagesMessage(secret.labels),
      })),
      nextToken: next ? writePageToken(next, question) : '',
    };
  });
