import { FakePrincipalSource, callerForTests } from '@strongroom/access';
import { auditing, InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import type { WatchRotationResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { eventsOf, rotationService } from '@strongroom/methods';
import { SeededRandom } from '@strongroom/random';
import { FakeRotationRequests } from '../domain/fake-rotation-requests.testing';
import { InMemoryRunHistory } from '../domain/in-memory-run-history.testing';
import { beginRun } from '../domain/rotation-run';
import type { Call, Dependencies } from './dependencies';
import { watchRotation } from './watch-rotation.handler';

const GREEDY = '111111111111';
const MODEST = '222222222222';
const PLACES = 500;

async function setUp() {
  const clock = new ManualClock('2026-03-10T12:00:00Z');
  const history = new InMemoryRunHistory();
  const request = new FakeRotationRequests().add();
  await history.write({ run: beginRun(request, clock.now(), clock.now()) });
  const handler = watchRotation({
    access: { require: () => Promise.resolve(request) },
    principals: new FakePrincipalSource(),
    history,
    clock,
  } as Partial<Dependencies> as Dependencies);
  const audited = auditing({
    recorder: new InMemoryRecorder(),
    eventOf: eventsOf([rotationService]),
    clock,
    random: new SeededRandom('watch'),
    region: 'us-east-1',
    accountId: '000000000000',
  });

  /** Resolves once the first state of the rotation was sent, with the stream that waits for the next. */
  return async (accountId: string) => {
    const call: Call = {
      method: '/strongroom.rotation.v1.RotationService/WatchRotation',
      operation: 'WatchRotation',
      requestId: 'request',
      peer: { address: '192.0.2.1' },
      userAgent: 'test',
      deadline: Infinity,
      signal: new AbortController().signal,
      caller: callerForTests({ accountId }),
    };
    // Lasts as long as the stream.
    void audited(call, {}, () => new Promise(() => undefined));
    const stream = handler.handle({ secretId: request.secretArn, versionId: undefined }, call)[Symbol.asyncIterator]();
    expect(((await stream.next()).value as WatchRotationResponse).run?.versionId).toBe(request.token);
    return stream;
  };
}

it('leaves other accounts their places, and gets back what is not watched any more', async () => {
  const watch = await setUp();
  const watching = [];
  for (let place = 0; place < PLACES; place++) watching.push(await watch(GREEDY));
  await expect(watch(GREEDY)).rejects.toMatchObject({ reason: 'ThrottlingException' });
  await watch(MODEST);
  // Now two accounts share the places.
  for (const stream of watching.splice(0, PLACES / 2)) await stream.return!();
  await expect(watch(GREEDY)).rejects.toMatchObject({ reason: 'ThrottlingException' });
  await watching.pop()!.return!();
  await watch(GREEDY);
});
