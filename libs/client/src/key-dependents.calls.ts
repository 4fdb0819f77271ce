import * as contract from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { keyDependentsService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

/** What depends on customer keys, and bringing it under their newest material. */
export type KeyDependentsCalls = Calls<typeof keyDependentsService>;

export const keyDependentsCalls = (
  client: ServiceClient<typeof keyDependentsService>,
  invoker: CallInvoker,
): KeyDependentsCalls => callsOf({ client, service: keyDependentsService, messages: contract, invoker });
