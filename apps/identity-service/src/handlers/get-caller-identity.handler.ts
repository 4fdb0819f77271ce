import type { Caller } from '@strongroom/access';
import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';

export const getCallerIdentity = () =>
  unary<GetCallerIdentityRequest, GetCallerIdentityResponse, Caller>(async (_, { caller }) => ({
    userId: caller.userId,
    account: caller.accountId,
    arn: caller.arn,
  }));
