import type { Caller } from '@strongroom/access';
import type { AssumeRoleRequest, AssumeRoleResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { parseSessionRequest } from '../domain/role-session';
import { beginRoleSession, roleOf } from './begin-role-session';
import type { Dependencies } from './dependencies';
import { secondFactorOf } from './second-factor';
import { originOf } from '../domain/session-origin';

export const assumeRole = (d: Dependencies) =>
  unary<AssumeRoleRequest, AssumeRoleResponse, Caller>(async (request, call) => {
    const wanted = parseSessionRequest(request);
    const role = roleOf(request.roleArn);
    const { caller } = call;
    const factor = await secondFactorOf(d, call, caller, request);
    const answer = await beginRoleSession(d, call, {
      role,
      caller,
      action: 'sts:AssumeRole',
      wanted,
      factor,
      origin: (change) => originOf(change, caller),
      // Says no more, because more would distinguish a role that refuses from one that does not exist.
      refused: (action) => accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${role.arn}`),
    });
    await factor?.succeeded();
    return answer;
  });
