import { ManualScheduler } from '@strongroom/access';
import type { WatchPrincipalsRequest, WatchPrincipalsResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { ChangeFeed, POLL_INTERVAL } from '../domain/change-feed';
import type { PrincipalAnswer } from '../domain/principal-directory';
import type { Dependencies } from './dependencies';
import { watchPrincipals } from './watch-principals.handler';

/** The stream of one client, with a change log and a directory that the test controls. */
async function setup() {
  const log: { revision: number; subject: string }[] = [];
  const scheduler = new ManualScheduler();
  const feed = new ChangeFeed(
    {
      since: async (revision) => ({
        revision: log.length,
        entries: log.filter((entry) => entry.revision > revision),
      }),
    },
    scheduler,
  );
  await feed.start();
  const reads: ((answer: PrincipalAnswer | Error) => void)[] = [];
  const directory = {
    resolve: () =>
      new Promise<PrincipalAnswer>((resolve, reject) => {
        reads.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
  };
  const sent: WatchPrincipalsResponse[] = [];
  const questions: WatchPrincipalsRequest[] = [];
  let wake = () => {};
  let ended = false;
  const requests = (async function* () {
    while (!ended) {
      while (questions.length > 0) yield questions.shift()!;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  })();
  const { handle } = watchPrincipals({ feed, directory } as unknown as Dependencies);
  const done = handle(requests, {} as Parameters<typeof handle>[1], (response) => sent.push(response));
  done.catch(() => undefined);
  await scheduler.advance(0);
  return {
    reads,
    done,
    change: async (subject: string) => {
      log.push({ revision: log.length + 1, subject });
      await scheduler.advance(POLL_INTERVAL);
    },
    ask: async (uri: string) => {
      questions.push({ requestId: 1n, credential: { credential: { $case: 'certificateUri', value: uri } } });
      wake();
      await scheduler.advance(0);
    },
    answer: async (index: number, answer: PrincipalAnswer | Error) => {
      reads[index]!(answer);
      await scheduler.advance(0);
    },
    end: () => {
      ended = true;
      wake();
    },
    /** What was sent, without heartbeats. */
    events: () => sent.map(({ event }) => event!.$case).filter((name) => name !== 'heartbeat'),
    heartbeats: () => sent.filter(({ event }) => event!.$case === 'heartbeat').length,
  };
}

it('reads again what changed while it was being read and has been told already', async () => {
  const { ask, answer, change, events, reads } = await setup();
  await ask('ann');
  await change('AIDA1');
  expect(events()).toEqual(['invalidated']);
  await answer(0, { subjects: ['cert:ann', 'AIDA1'] });
  // The client heard of the change before the answer, so it would keep an old answer for ever.
  expect(events()).toEqual(['invalidated']);
  expect(reads).toHaveLength(2);
  await answer(1, { subjects: ['cert:ann', 'AIDA1'] });
  expect(events()).toEqual(['invalidated', 'resolved']);
});

it('does not read again for what has nothing to do with it', async () => {
  const { ask, answer, change, events } = await setup();
  await ask('ann');
  await change('AIDA2');
  await answer(0, { subjects: ['cert:ann', 'AIDA1'] });
  expect(events()).toEqual(['invalidated', 'resolved']);
});

it('begins with a heartbeat, and goes on with one every poll', async () => {
  const { heartbeats, change } = await setup();
  expect(heartbeats()).toBe(1);
  await change('a');
  await change('b');
  expect(heartbeats()).toBe(3);
});

it('ends when a question cannot be answered, and is told nothing more', async () => {
  const { ask, answer, change, events, done } = await setup();
  await ask('ann');
  await answer(0, new Error('away'));
  await expect(done).rejects.toThrow('away');
  await change('a');
  expect(events()).toEqual([]);
});

it('ends with its client, after the last answer', async () => {
  const { ask, answer, end, events, done } = await setup();
  await ask('ann');
  end();
  await answer(0, { subjects: [] });
  await done;
  expect(events()).toEqual(['resolved']);
});
