import * as contract from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { CallOptions, Caller } from './caller';
import { type Calls, callsOf, isRead, type RequestOf } from './calls';

type UnaryCalls = Calls<Omit<contract.RotationServiceClient, 'watchRotation'>>;

/** Rotations in progress, and the functions that carry them out; `secrets.rotateSecret` starts a rotation. */
export type RotationCalls = UnaryCalls & {
  /** The newest run of a secret: its present state, then each change, until it ends, the signal aborts, or you leave the loop. */
  watchRotation(
    request: RequestOf<contract.WatchRotationRequest>,
    options?: Pick<CallOptions, 'signal'>,
  ): AsyncIterable<contract.RotationRun>;
};

export const rotationCalls = (client: contract.RotationServiceClient, caller: Caller): RotationCalls => ({
  ...callsOf<UnaryCalls>({
    client,
    service: contract.RotationServiceService,
    messages: contract,
    caller,
    isIdempotent: isRead,
  }),
  async *watchRotation(request, options = {}) {
    const sent = contract.WatchRotationRequest.fromPartial(request);
    for await (const { run } of caller.stream(client.watchRotation.bind(client), sent, options.signal)) if (run) yield run;
  },
});
