import { type RotationCalls, RotationRunState, ServiceUnavailableException } from '@strongroom/client';
import { RotationRun } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { exitCodeOfRun, watchRun } from './watch-run';

const { RUNNING, FAILED } = RotationRunState;
const { SUCCEEDED, ABANDONED } = RotationRunState;
const run = (runId: string, state: RotationRunState) => RotationRun.fromPartial({ runId, state });
const away = () =>
  new ServiceUnavailableException({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' });
const { signal } = new AbortController();

const rotationOf = (...streams: (RotationRun | Error)[][]) => {
  let opened = 0;
  const rotation = {
    async *watchRotation() {
      for (const item of streams[Math.min(opened++, streams.length - 1)]!) {
        if (item instanceof Error) throw item;
        yield item;
      }
    },
  } as unknown as Pick<RotationCalls, 'watchRotation' | 'listRotationRuns'>;
  return { rotation, opened: () => opened };
};

const watch = async (rotation: ReturnType<typeof rotationOf>['rotation'], more: object = {}) => {
  const told: string[] = [];
  const changed = ({ what, how }: { what: string; how: string }) => void told.push(`${what} ${how}`);
  const ended = await watchRun(rotation, { secretId: 's', signal, changed, pauseMs: 0, ...more });
  return { ended, told };
};

it('passes over the run of before, and goes on when the connection breaks', async () => {
  const { rotation, opened } = rotationOf(
    [run('old', FAILED)],
    [run('new', RUNNING), away()],
    [run('new', RUNNING), run('new', SUCCEEDED)],
  );
  const { ended, told } = await watch(rotation, { except: 'old' });
  expect(ended.runId).toBe('new');
  expect(told).toEqual(['rotation started', 'rotation succeeded']);
  expect(opened()).toBe(3);
});

it('gives up if no run begins', async () => {
  const { rotation } = rotationOf([run('old', FAILED)]);
  await expect(watch(rotation, { except: 'old', patienceMs: 20 })).rejects.toThrow(/No run of s has begun/);
  await expect(watch(rotationOf([away()]).rotation, { patienceMs: 20 })).rejects.toThrow('away');
});

it('ends with a code for each outcome', () => {
  expect([SUCCEEDED, FAILED, ABANDONED].map((state) => exitCodeOfRun({ state }))).toEqual([0, 1, 6]);
});
