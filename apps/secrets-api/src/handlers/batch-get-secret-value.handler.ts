import { auditOf } from '@strongroom/audit-trail';
import type {
  BatchError,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type DomainError, invalidParameter, isDomainError } from '@strongroom/errors';
import { secretNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { digestOf } from '../domain/hashing/digest';
import { readPageToken, writePageToken } from '../domain/page-token';
import { requireMaxResults } from '../domain/request-rules';
import { AWSCURRENT } from '../domain/labels';
import { DamagedSecret } from '../domain/secret-errors';
import { parseFilters } from '../domain/secret-filter';
import type { Secret } from '../domain/secret';
import { type SelectedVersion, selectionOf, selectVersion, type VersionQuestion } from '../domain/value-reader';
import { auditCanary } from './canary';
import type { Dependencies } from './dependencies';
import { questionContext, valueResponse } from './get-secret-value.handler';
import { type Call, SECRET_TYPE } from './secret-access';
import { keyScope } from './write-scope';

/** Tokens of another order are not valid. */
const ORDER = { sort: 'created', descending: false } as const;
const CURRENT: VersionQuestion = { label: AWSCURRENT, labelGiven: false };

export const batchGetSecretValue = (d: Dependencies) =>
  unary<BatchGetSecretValueRequest, BatchGetSecretValueResponse, Call['caller']>(async (request, call) => {
    requireListOrFilters(request);
    const filtered = request.filters.length > 0;
    const account = { resource: '*', resourceAccountId: call.caller.accountId };
    d.authorizer.require(call, { ...account, action: 'secretsmanager:BatchGetSecretValue' });
    if (filtered) d.authorizer.require(call, { ...account, action: 'secretsmanager:ListSecrets' });
    const { secretIds, nextToken } = filtered
      ? await matching(d, request, call)
      : { secretIds: request.secretIdList, nextToken: '' };

    // All start in the same turn: one read of the database, then one message to the key service.
    const selected = await Promise.all(secretIds.map((secretId) => attempt(call, secretId, () => select(d, call, secretId))));
    const opening = selected.map(async (one) => (isFailed(one) ? one : attempt(call, one.secretId, () => open(d, call, one))));
    // Side by side, because each waits for another service (ADR 20).
    const [outcomes] = await Promise.all([Promise.all(opening), auditOf(call).commit()]);
    if (outcomes.some((outcome, index) => isFailed(outcome) && !isFailed(selected[index]!))) await auditOf(call).correct();
    return {
      secretValues: outcomes.flatMap((outcome) => (isFailed(outcome) ? [] : [outcome])),
      errors: outcomes.filter(isFailed),
      nextToken,
    };
  });

interface Selected {
  secretId: string;
  secret: Secret;
  version: SelectedVersion;
}

const isFailed = (outcome: object): outcome is BatchError => 'errorCode' in outcome;

async function select(d: Dependencies, call: Call, secretId: string): Promise<Selected> {
  const located = await d.access.locate(call, secretId, selectionOf(CURRENT));
  d.access.auditResource(call, located);
  const found = d.access.require(call, 'GetSecretValue', located, questionContext(CURRENT));
  d.access.auditFound(call, located);
  auditCanary(auditOf(call), found.secret);
  const version = selectVersion(found, CURRENT);
  auditOf(call).resource(found.secret.arn, SECRET_TYPE, version.versionId);
  return { secretId, secret: found.secret, version };
}

async function open(d: Dependencies, call: Call, { secret, version }: Selected): Promise<GetSecretValueResponse> {
  return valueResponse(secret, version, await d.values.open(secret, version, keyScope(call, secret.accountId)));
}

/** What fails for one item alone is its error, and the event names it. */
async function attempt<Result>(call: Call, secretId: string, work: () => Promise<Result>): Promise<Result | BatchError> {
  try {
    return await work();
  } catch (error) {
    if (!isDomainError(error) || (OF_THE_WHOLE_CALL.has(error.kind) && !(error instanceof DamagedSecret))) throw error;
    auditOf(call).response(secretId, error.reason);
    return { secretId, errorCode: error.reason, message: error.message };
  }
}

/** Not the fault of one item; a retry may succeed. */
const OF_THE_WHOLE_CALL: ReadonlySet<DomainError['kind']> = new Set([
  'unavailable',
  'deadline-exceeded',
  'cancelled',
  'internal',
  'resource-exhausted',
]);

function requireListOrFilters({ secretIdList, filters, maxResults, nextToken }: BatchGetSecretValueRequest): void {
  if (secretIdList.length > 0 === filters.length > 0) {
    throw invalidParameter('You must include Filters or SecretIdList, but not both.');
  }
  const { min, max } = secretNumbers.secretIdList;
  if (secretIdList.length > max) throw invalidParameter(`SecretIdList must have ${min} to ${max} items.`);
  if (filters.length === 0 && maxResults !== undefined) throw invalidParameter('MaxResults can be used only with Filters.');
  if (filters.length === 0 && nextToken !== '') throw invalidParameter('NextToken can be used only with Filters.');
}

async function matching(d: Dependencies, request: BatchGetSecretValueRequest, call: Call) {
  const filters = parseFilters(request.filters);
  const { accountId } = call.caller;
  const question = digestOf('BatchGetSecretValue', accountId, d.region, filters, ORDER);
  const page = await d.store.list(
    {
      accountId,
      region: d.region,
      filters,
      includeDeleted: false,
      ...ORDER,
      after: readPageToken(request.nextToken, question),
      limit: requireMaxResults(request.maxResults, secretNumbers.batchMaxResults),
    },
    call.deadline,
  );
  return {
    secretIds: page.items.map(({ arn }) => arn),
    nextToken: page.next ? writePageToken(page.next, question) : '',
  };
}
