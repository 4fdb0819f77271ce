import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { notificationService } from '@strongroom/methods';
import type { Dependencies } from './dependencies';
import { describeNotification } from './describe-notification.handler';

export const notificationHandlers = (d: Dependencies) =>
  served<typeof notificationService, Caller>(notificationService, {
    describeNotification: describeNotification(d),
  });
