import * as contract from '@strongroom/contracts/strongroom/notification/v1/alarms';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { alarmService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type AlarmsCalls = Calls<typeof alarmService>;

export const alarmsCalls = (client: ServiceClient<typeof alarmService>, invoker: CallInvoker): AlarmsCalls =>
  callsOf({ client, service: alarmService, messages: contract, invoker });
