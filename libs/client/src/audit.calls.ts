import * as contract from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { CallOptions, Caller } from './caller';
import { type Calls, callsOf, isRead, type RequestOf } from './calls';

type UnaryCalls = Calls<Omit<contract.AuditServiceClient, 'streamEvents' | 'streamTrailVerification'>>;

export type AuditCalls = UnaryCalls & {
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

export const auditCalls = (client: contract.AuditServiceClient, caller: Caller): AuditCalls => ({
  ...callsOf<UnaryCalls>({
    client,
    service: contract.AuditServiceService,
    messages: contract,
    caller,
    isIdempotent: isRead,
  }),
  async *streamEvents(request = {}, options = {}) {
    const sent = contract.StreamEventsRequest.fromPartial(request);
    for await (const { event } of caller.stream(client.streamEvents.bind(client), sent, options.signal)) if (event) yield event;
  },
  streamTrailVerification(request = {}, options = {}) {
    const sent = contract.StreamTrailVerificationRequest.fromPartial(request);
    return caller.stream(client.streamTrailVerification.bind(client), sent, options.signal);
  },
});
