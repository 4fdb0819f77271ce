import type { Caller } from '@strongroom/access';
import type { ListSessionsRequest, ListSessionsResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { nextMarker, pageOf } from '../domain/paging';
import type { Dependencies } from './dependencies';
import { isSameName, requireIdentity, requireUnlessDenied, userOf } from './iam-call';

export const listSessions = (d: Dependencies) =>
  unary<ListSessionsRequest, ListSessionsResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const name = userOf(request.userName, call);
    const { caller } = call;
    return d.store.read(call.deadline, async (stored) => {
      const require = caller.kind === 'user' && isSameName(name, call) ? requireUnlessDenied : requireIdentity;
      const user = await require(d, call, stored, 'sts:ListSessions', name);
      const sessions = await stored.sessions.of(user.id, d.clock.now(), page);
      return {
        sessions: sessions.items.map((session) => ({
          accessKeyId: session.accessKeyId,
          issueTime: session.issueTime,
          expireTime: session.expireTime,
          sourceIpAddress: session.sourceIpAddress ?? '',
          userAgent: session.userAgent ?? '',
          source: session.source,
          multiFactorAuthTime: session.multiFactorAuthTime,
          current: session.accessKeyId === caller.accessKeyId,
        })),
        marker: nextMarker(sessions, (session) => session.accessKeyId),
      };
    });
  });
