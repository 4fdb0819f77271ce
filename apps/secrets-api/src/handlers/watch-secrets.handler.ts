import type { Caller } from '@strongroom/access';
import type { WatchSecretsRequest, WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { throttled } from '@strongroom/errors';
import { FairGate, FairShare } from '@strongroom/fairness';
import { bidiStream } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { SecretWatches } from './watch/secret-watches';
import { WatchedCallers } from './watch/watched-callers';

/** The places of a process. Once half are taken, an account has only its share. */
const STREAMS = 10_000;
/** Secrets that are read for watchers at a time, and how many of them for one account. */
const READS = { slots: 64, slotsPerLane: 16 };

export const watchSecrets = (d: Dependencies) => {
  const places = new FairShare(STREAMS);
  const callers = new WatchedCallers(d.principals);
  const reads = new FairGate(READS);
  return bidiStream<WatchSecretsRequest, WatchSecretsResponse, Caller>(async (requests, call, send) => {
    const { caller } = call;
    if (!places.take(caller.accountId))
      throw throttled('Your account has as many streams of WatchSecrets as it may have at a time.');
    const watches = new SecretWatches(d, call, send, reads);
    callers.add(caller, watches);
    try {
      await watches.run(requests);
    } finally {
      callers.remove(caller, watches);
      watches.close();
      places.give(caller.accountId);
    }
  });
};
