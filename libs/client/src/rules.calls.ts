import * as contract from '@strongroom/contracts/strongroom/notification/v1/rules';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { ruleService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type RulesCalls = Calls<typeof ruleService>;

export const rulesCalls = (client: ServiceClient<typeof ruleService>, invoker: CallInvoker): RulesCalls =>
  callsOf({ client, service: ruleService, messages: contract, invoker });
