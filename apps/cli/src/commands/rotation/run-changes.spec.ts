import { RotationRunState, RotationStep } from '@strongroom/client';
import { RotationRun, RotationRunKind } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { changesBetween } from './run-changes';

type Partial = Parameters<typeof RotationRun.fromPartial>[0];
const { CREATE_SECRET: CREATE, SET_SECRET: SET } = RotationStep;
const { RUNNING, FAILED } = RotationRunState;

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const run = (more: Partial) =>
  RotationRun.fromPartial({ kind: RotationRunKind.ROTATION, state: RUNNING, startedDate: at(0), ...more });
const done = (start: number, nanos = 400_000_000) => ({ startedDate: at(start), duration: { seconds: 0n, nanos } });
const words = (changes: ReturnType<typeof changesBetween>) => changes.map(({ what, how }) => `${what} ${how}`);

it('tells each change once', () => {
  const first = run({ steps: [{ step: CREATE, tries: [{ startedDate: at(1) }] }] });
  expect(words(changesBetween(undefined, first))).toEqual(['rotation started', 'createSecret started']);
  const second = run({
    steps: [
      { step: CREATE, tries: [done(1)] },
      { step: SET, tries: [{ startedDate: at(2) }] },
    ],
  });
  expect(words(changesBetween(first, second))).toEqual(['createSecret done in 0.4 s', 'setSecret started']);
  expect(changesBetween(second, second)).toEqual([]);
  const failed = { ...done(2), errorCode: 'RotationTargetUnreachable', errorMessage: 'no session' };
  const third = run({
    state: FAILED,
    endedDate: at(9),
    steps: [...second.steps.slice(0, 1), { step: SET, tries: [failed, { startedDate: at(4) }] }],
  });
  expect(words(changesBetween(second, third))).toEqual([
    'setSecret failed after 0.4 s: RotationTargetUnreachable: no session',
    'setSecret attempt 2',
    'rotation failed',
  ]);
});

it('tells what was missed while the connection was away', () => {
  const late = run({ state: FAILED, endedDate: at(9), steps: [{ step: CREATE, tries: [done(1)] }] });
  const changes = changesBetween(undefined, late);
  expect(words(changes)).toEqual(['rotation started', 'createSecret started', 'createSecret done in 0.4 s', 'rotation failed']);
  expect(changes.map(({ at: when }) => when?.getTime())).toEqual(
    [at(0), at(1), new Date(at(1).getTime() + 400), at(9)].map(Number),
  );
});
