import * as contract from '@strongroom/contracts/strongroom/notification/v1/topics';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { topicService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

/** Topics and their subscriptions. */
export type TopicsCalls = Calls<typeof topicService>;

export const topicsCalls = (client: ServiceClient<typeof topicService>, invoker: CallInvoker): TopicsCalls =>
  callsOf({ client, service: topicService, messages: contract, invoker });
