import * as contract from '@strongroom/contracts/strongroom/audit/v1/audit';
import * as checkpoints from '@strongroom/contracts/strongroom/audit/v1/checkpoints';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { auditService } from '@strongroom/methods';
import type { CallOptions, CallInvoker } from './call-invoker';
import { type Calls, callsOf, type RequestOf } from './calls';

export type AuditCalls = Calls<typeof auditService> & {
  /**
   * Events as they enter the trail, oldest first, until the signal aborts or you leave the loop. Ends with
   * ServiceUnavailableException if the service stops. To miss no event, start again with `afterSequence` of the last one.
   */
  streamEvents(
    request?: RequestOf<contract.StreamEventsRequest>,
    options?: Pick<CallOptions, 'signal'>,
  ): AsyncIterable<contract.Event>;
  /**
   * Verifies a trail of any length; the last message has the `result`. If it ends before that, start again with the last
   * `resumeToken` that was not empty; only later events are then verified.
   */
  streamTrailVerification(
    request?: RequestOf<contract.StreamTrailVerificationRequest>,
    options?: Pick<CallOptions, 'signal'>,
  ): AsyncIterable<contract.StreamTrailVerificationResponse>;
};

export const auditCalls = (client: ServiceClient<typeof auditService>, invoker: CallInvoker): AuditCalls => ({
  ...callsOf({ client, service: auditService, messages: { ...contract, ...checkpoints }, invoker }),
  async *streamEvents(request = {}, options = {}) {
    const sent = contract.StreamEventsRequest.fromPartial(request);
    for await (const { event } of invoker.stream(client.streamEvents, sent, options.signal)) if (event) yield event;
  },
  streamTrailVerification(request = {}, options = {}) {
    const sent = contract.StreamTrailVerificationRequest.fromPartial(request);
    return invoker.stream(client.streamTrailVerification, sent, options.signal);
  },
});
