import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { LookupEventsRequest, LookupEventsResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { unary } from '@strongroom/grpc-kit';
import { invalidMaxResults } from '../domain/cloudtrail-errors';
import { lookup } from '../domain/lookup';
import { requireAccess, type Dependencies } from './dependencies';
import { filterParameters, parseFilter } from './event-filter-message';
import { eventMessage } from './event-message';

const defaultResults = 50;
const MAX_RESULTS = 1_000;

export const lookupEvents = ({ reader, catchUp, access }: Dependencies) =>
  unary<LookupEventsRequest, LookupEventsResponse, Caller>(async (request, call) => {
    const accountId = requireAccess(access, call, 'cloudtrail:LookupEvents');
    const filter = parseFilter(request.filter);
    for (const [name, value] of filterParameters(filter)) auditOf(call).parameter(name, value);
    const limit = request.maxResults ?? defaultResults;
    if (limit < 1 || limit > MAX_RESULTS) throw invalidMaxResults('max_results must be from 1 to 1,000.');
    if (request.nextToken === '') await catchUp.now(call.deadline);
    const page = await lookup(reader, { accountId, filter, limit, token: request.nextToken }, { deadline: call.deadline });
    return { events: page.events.map(eventMessage), nextToken: page.nextToken };
  });
