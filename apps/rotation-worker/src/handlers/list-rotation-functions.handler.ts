import type {
  ListRotationFunctionsRequest,
  ListRotationFunctionsResponse,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { toFunctionMessage } from './function-message';
import { requireMaxResults } from './secret-call';

export const listRotationFunctions = (d: Dependencies) =>
  unary<ListRotationFunctionsRequest, ListRotationFunctionsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults);
    const { accountId } = call.caller;
    const question = `ListRotationFunctions ${accountId}`;
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'lambda:ListFunctions', resource: '*', resourceAccountId: accountId });
    const found = await d.functions.list(accountId, after, limit + 1);
    const functions = found.slice(0, limit).map((known) => toFunctionMessage(known, d.builtInTimeoutMs));
    const last = found.length > limit ? functions.at(-1) : undefined;
    return { functions, nextToken: last ? writeNextToken([last.functionName], question) : '' };
  });
