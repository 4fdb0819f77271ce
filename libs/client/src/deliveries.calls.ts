import * as contract from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { deliveryService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type DeliveriesCalls = Calls<typeof deliveryService>;

export const deliveriesCalls = (client: ServiceClient<typeof deliveryService>, invoker: CallInvoker): DeliveriesCalls =>
  callsOf({ client, service: deliveryService, messages: contract, invoker });
