import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { StreamEventsRequest, StreamEventsResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { invalidParameter } from '@strongroom/errors';
import { serverStream } from '@strongroom/grpc-kit';
import { follow, pollMs } from '../domain/follow';
import { SharedReads } from '../domain/shared-reads';
import { requireAccess, requireStill, type Dependencies } from './dependencies';
import { filterParameters, parseFilter } from './event-filter-message';
import { eventMessage } from './event-message';

const action = 'cloudtrail:LookupEvents';

export const streamEvents = ({ reader, catchUp, access, principals }: Dependencies) => {
  const upToDate: typeof reader.head = async (accountId) => {
    await catchUp.now();
    return reader.head(accountId);
  };
  const read = { head: upToDate, after: reader.after.bind(reader), lastBlocks: reader.lastBlocks.bind(reader) };
  const shared = new SharedReads(read, pollMs / 2);
  return serverStream<StreamEventsRequest, StreamEventsResponse, Caller>(async function* (request, call) {
    const accountId = requireAccess(access, call, action);
    const filter = parseFilter(request.filter);
    const audit = auditOf(call);
    for (const [name, value] of filterParameters(filter)) audit.parameter(name, value);
    const { afterSequence } = request;
    if (afterSequence !== undefined && afterSequence > BigInt(Number.MAX_SAFE_INTEGER))
      throw invalidParameter('after_sequence must be less than 2^53.');
    await audit.commit();
    const events = follow({
      reader: shared,
      accountId,
      filter,
      afterSequence: afterSequence === undefined ? undefined : Number(afterSequence),
      signal: call.signal,
      check: () => requireStill({ access, principals }, call, action),
    });
    for await (const chained of events) yield { event: eventMessage(chained) };
  });
};
