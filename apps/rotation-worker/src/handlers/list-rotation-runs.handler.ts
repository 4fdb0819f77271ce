import type { ListRotationRunsRequest, ListRotationRunsResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { toRunMessage } from './run-message';
import { openSecret, requireMaxResults } from './secret-call';

const RUN_ID = /^[0-9a-f-]{36}$/;

export const listRotationRuns = (d: Dependencies) =>
  unary<ListRotationRunsRequest, ListRotationRunsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults);
    const secretArn = await openSecret(d, call, request.secretId, 'DescribeSecret');
    const question = `ListRotationRuns ${secretArn}`;
    const [startedAt, runId] = readNextToken(request.nextToken, question, 2) ?? [];
    const after = startedAt === undefined || runId === undefined ? undefined : { startedAt: new Date(startedAt), runId };
    if (after && !(RUN_ID.test(after.runId) && after.startedAt.getFullYear() >= 2000 && after.startedAt.getFullYear() < 10_000)) {
      throw unknownToken();
    }
    const found = await d.history.list(secretArn, after, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1)?.run : undefined;
    return {
      runs: page.map(toRunMessage),
      nextToken: last ? writeNextToken([last.startedAt.toISOString(), last.runId], question) : '',
    };
  });
