import * as contract from '@strongroom/contracts/strongroom/notification/v1/notification';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { notificationService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type NotificationCalls = Calls<typeof notificationService>;

export const notificationCalls = (client: ServiceClient<typeof notificationService>, invoker: CallInvoker): NotificationCalls =>
  callsOf({ client, service: notificationService, messages: contract, invoker });
