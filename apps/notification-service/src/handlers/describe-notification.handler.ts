import type { Caller } from '@strongroom/access';
import type {
  DescribeNotificationRequest,
  DescribeNotificationResponse,
} from '@strongroom/contracts/strongroom/notification/v1/notification';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';

export const describeNotification = ({ authorizer, region }: Dependencies) =>
  unary<DescribeNotificationRequest, DescribeNotificationResponse, Caller>(async (_request, call) => {
    const { accountId } = call.caller;
    authorizer.require(call, { action: 'notification:DescribeNotification', resource: '*', resourceAccountId: accountId });
    return { accountId, region };
  });
