import * as contract from '@strongroom/contracts/strongroom/usage/v1/usage';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { usageService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type UsageCalls = Calls<typeof usageService>;

export const usageCalls = (client: ServiceClient<typeof usageService>, invoker: CallInvoker): UsageCalls =>
  callsOf({ client, service: usageService, messages: contract, invoker });
