import type { Caller } from '@strongroom/access';
import type { WatchSecretsRequest, WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { throttled } from '@strongroom/errors';
import { FairGate, FairShare, Quota } from '@strongroom/fairness';
import { bidiStream } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { SecretWatches } from './watch/secret-watches';
import { WatchedCallers } from './watch/watched-callers';
import { WatchedSecrets } from './watch/watched-secrets';

/** The places of a process. Once half are taken, an account has only its share. */
const STREAMS = 10_000;
/** Requests of streams that are worked on at a time, and how many of them of one account. */
const REQUESTS = { slots: 32, slotsPerLane: 16 };
/** Secrets of which streams remember what they told; each takes about 250 bytes. */
const TOLD = { total: 1_000_000, each: 500_000 };

export const watchSecrets = (d: Dependencies) => {
  const places = new FairShare(STREAMS);
  const callers = new WatchedCallers(d.principals, d.clock);
  const shared = {
    callers,
    secrets: new WatchedSecrets(d.access),
    requests: new FairGate(REQUESTS),
    told: new Quota(TOLD),
  };
  return bidiStream<WatchSecretsRequest, WatchSecretsResponse, Caller>(async (requests, call, send) => {
    const { caller } = call;
    if (!places.take(caller.accountId))
      throw throttled('Your account has as many streams of WatchSecrets as it may have at a time.');
    const watches = new SecretWatches(d, call, send, shared);
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
