import * as contract from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { rotationService } from '@strongroom/methods';
import type { CallOptions, CallInvoker } from './call-invoker';
import { type Calls, callsOf, type RequestOf } from './calls';

/** Rotations in progress, and the functions that carry them out; `secrets.rotateSecret` starts a rotation. */
export type RotationCalls = Calls<typeof rotationService> & {
  /** The newest run of a secret: its present state, then each change, until it ends, the signal aborts, or you leave the loop. */
  watchRotation(
    request: RequestOf<contract.WatchRotationRequest>,
    options?: Pick<CallOptions, 'signal'>,
  ): AsyncIterable<contract.RotationRun>;
};

export const rotationCalls = (client: ServiceClient<typeof rotationService>, invoker: CallInvoker): RotationCalls => ({
  ...callsOf({ client, service: rotationService, messages: contract, invoker }),
  async *watchRotation(request, options = {}) {
    const sent = contract.WatchRotationRequest.fromPartial(request);
    for await (const { run } of invoker.stream(client.watchRotation, sent, options.signal)) if (run) yield run;
  },
});
