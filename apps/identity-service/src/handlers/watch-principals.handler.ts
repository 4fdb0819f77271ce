import type { WatchPrincipalsRequest, WatchPrincipalsResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { bidiStream } from '@strongroom/grpc-kit';
import type { PrincipalAnswer } from '../domain/principal-directory';
import type { Dependencies } from './dependencies';
import { credentialOf, toPrincipal } from './principal-message';

/** The time for one question; milliseconds. */
const READ_TIMEOUT = 2_000;
/** The questions of one stream that are answered at a time. */
const MAX_CONCURRENT = 64;

export const watchPrincipals = (d: Dependencies) =>
  bidiStream<WatchPrincipalsRequest, WatchPrincipalsResponse>(async (requests, _call, send) => {
    const unsubscribe = d.feed.subscribe({
      changed: (subjects) =>
        send({
          event: {
            $case: 'invalidated',
            value: subjects === 'all' ? { subjects: [], all: true } : { subjects: [...subjects], all: false },
          },
        }),
      alive: () => send({ event: { $case: 'heartbeat', value: {} } }),
    });
    const underWay = new Set<Promise<void>>();
    // A question that cannot be answered ends the stream. Its client then asks another replica, and trusts nothing meanwhile.
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    const answer = async ({ requestId, credential }: WatchPrincipalsRequest) => {
      const { principal, subjects } = await resolveCurrent(d, credential);
      send({ event: { $case: 'resolved', value: { requestId, principal: principal && toPrincipal(principal), subjects } } });
    };
    const serve = async () => {
      for await (const request of requests) {
        const one: Promise<void> = answer(request)
          .catch(fail)
          .finally(() => underWay.delete(one));
        underWay.add(one);
        if (underWay.size >= MAX_CONCURRENT) await Promise.race(underWay);
      }
      await Promise.all(underWay);
    };
    try {
      await Promise.race([serve(), failed]);
    } finally {
      unsubscribe();
    }
  });

/**
 * Answers so that the client hears of every later change. A change that happened during the read may have been announced already
 * and would never be announced again, so the answer is read again.
 */
async function resolveCurrent(d: Dependencies, credential: WatchPrincipalsRequest['credential']): Promise<PrincipalAnswer> {
  const name = credentialOf(credential);
  if (name === undefined) return { subjects: [] };
  for (;;) {
    const position = d.feed.position;
    const answer = await d.directory.resolve(name, Date.now() + READ_TIMEOUT);
    if (!d.feed.touchedSince(position, answer.subjects)) return answer;
  }
}
