import { NotificationServiceService } from '@strongroom/contracts/strongroom/notification/v1/notification';
import { describeService, read } from './method';

/** Policies decide what a caller may see. */
const callersRead = { callers: 'authenticated', ...read } as const;

export const notificationService = describeService(NotificationServiceService, 'events.amazonaws.com', {
  describeNotification: callersRead,
});
