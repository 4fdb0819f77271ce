import * as contract from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { keyService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

/** Customer keys, their aliases and policies, and encryption with them. */
export type KeysCalls = Calls<typeof keyService>;

export const keysCalls = (client: ServiceClient<typeof keyService>, invoker: CallInvoker): KeysCalls =>
  callsOf({ client, service: keyService, messages: contract, invoker });
