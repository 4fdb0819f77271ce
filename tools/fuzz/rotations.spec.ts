import { type RotationRun, RotationRunState, RotationStep } from '@strongroom/client';
import { Dice } from './requests/dice';
import { checkList, checkRun, drawLies } from './rotations';

const lie = { functionName: 'strongroom-mysql-single-user', lie: 'says nothing', isTls: false };
const CANARY = 'canary-of-the-tests';

const runOf = (state: RotationRunState, errorCode = '', errorMessage = ''): RotationRun => ({
  runId: 'run-1',
  secretArn: '',
  versionId: '',
  functionArn: '',
  kind: 1,
  state,
  startedDate: undefined,
  endedDate: undefined,
  initiatedBy: '',
  steps: [{ step: RotationStep.SET_SECRET, tries: [{ startedDate: undefined, duration: undefined, errorCode, errorMessage }] }],
  diagnosis: '',
});
const checks = (run: RotationRun | undefined) => checkRun(lie, run, CANARY).map(({ check }) => check);

it('wants a rotation to fail, in time and in words that show nothing', () => {
  expect(checks(runOf(RotationRunState.RUNNING, 'TargetUnreachable', 'the server could not be reached'))).toEqual([]);
  expect(checks(runOf(RotationRunState.FAILED))).toEqual([]);
  expect(checks(undefined)).toEqual(['over its deadline']);
  expect(checks(runOf(RotationRunState.RUNNING))).toEqual(['over its deadline']);
  expect(checks(runOf(RotationRunState.SUCCEEDED))).toEqual(['fooled']);
  expect(checks(runOf(RotationRunState.FAILED, 'X', `login with ${CANARY}`))).toEqual(['a value shows']);
  expect(checks(runOf(RotationRunState.FAILED, 'InternalServiceError'))).toEqual(['internal error']);
});

it('wants answers about it in time', () => {
  expect(checkList(lie, 5_000)).toEqual([]);
  expect(checkList(lie, 21_000)).toMatchObject([{ check: 'over its deadline' }]);
});

it('draws each lie to each function once', () => {
  const all = drawLies(new Dice('a'), Infinity);
  expect(new Set(all.map(({ functionName, lie: name }) => `${functionName} ${name}`)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(100);
  expect(new Set(all.map(({ isTls }) => isTls)).size).toBe(2);
  expect(drawLies(new Dice('a'), 3)).toEqual(drawLies(new Dice('a'), 3));
  expect(drawLies(new Dice('a'), 3)).toHaveLength(3);
});
