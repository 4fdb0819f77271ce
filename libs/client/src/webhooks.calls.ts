import * as contract from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { webhookService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf } from './calls';

export type WebhooksCalls = Calls<typeof webhookService>;

export const webhooksCalls = (client: ServiceClient<typeof webhookService>, invoker: CallInvoker): WebhooksCalls =>
  callsOf({ client, service: webhookService, messages: contract, invoker });
