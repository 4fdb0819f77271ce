import type { Caller } from '@strongroom/access';
import type { DescribeUsageRequest, DescribeUsageResponse } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';

export const describeUsage = ({ authorizer, region }: Dependencies) =>
  unary<DescribeUsageRequest, DescribeUsageResponse, Caller>(async (_request, call) => {
    const { accountId } = call.caller;
    authorizer.require(call, { action: 'usage:DescribeUsage', resource: '*', resourceAccountId: accountId });
    return { accountId, region };
  });
