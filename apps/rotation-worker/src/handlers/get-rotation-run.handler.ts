import { auditOf } from '@strongroom/audit-trail';
import type { GetRotationRunRequest, GetRotationRunResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { invalidParameter, isDomainError, resourceNotFound } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { toRunMessage } from './run-message';
import { openSecret } from './secret-call';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const getRotationRun = (d: Dependencies) =>
  unary<GetRotationRunRequest, GetRotationRunResponse, Call['caller']>(async ({ runId }, call) => {
    if (!UUID.test(runId)) throw invalidParameter('RunId must be a UUID in lower case.');
    auditOf(call).parameter('runId', runId);
    const found = await d.history.get(runId);
    if (!found) throw runNotFound();
    await openSecret(d, call, found.run.secretArn, 'DescribeSecret').catch(asUnknown);
    return { run: toRunMessage(found) };
  });

const runNotFound = () => resourceNotFound('There is no rotation run with this id.');

/** A caller who may not see the secret does not learn that the run exists. */
const asUnknown = (error: unknown): never => {
  throw isDomainError(error) && (error.kind === 'permission-denied' || error.kind === 'not-found') ? runNotFound() : error;
};
