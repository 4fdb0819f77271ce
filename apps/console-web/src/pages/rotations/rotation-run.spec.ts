import { adviceFor, type Run, stepsOf, tookOf } from './rotation-run';

const at = new Date('2026-03-01T12:00:00Z');
const took = (seconds: number) => ({ seconds: BigInt(seconds), nanos: 5e8 });
const done = { startedDate: at, duration: took(0), errorCode: '', errorMessage: '' };
const failed = { startedDate: at, duration: took(1), errorCode: 'AccessDeniedException', errorMessage: 'no' };
const underWay = { startedDate: at, duration: undefined, errorCode: '', errorMessage: '' };

const run = (state: number, steps: [number, ...object[]][], kind = 1) =>
  ({ state, kind, steps: steps.map(([step, ...tries]) => ({ step, tries })), startedDate: at }) as unknown as Run;
const states = (one: Run) => stepsOf(one).map(({ name, state }) => `${name}: ${state}`);

it.each<[string, Run, string[]]>([
  ['one that has just begun', run(1, []), ['waiting', 'waiting', 'waiting', 'waiting']],
  [
    'one under way',
    run(1, [
      [1, done],
      [2, underWay],
    ]),
    ['done', 'running', 'waiting', 'waiting'],
  ],
  [
    'one that tries again',
    run(1, [
      [1, done],
      [2, failed],
    ]),
    ['done', 'retrying', 'waiting', 'waiting'],
  ],
  ['one between two steps', run(1, [[1, done]]), ['done', 'waiting', 'waiting', 'waiting']],
  [
    'one whose answer was lost',
    run(1, [
      [1, underWay],
      [2, underWay],
    ]),
    ['done', 'running', 'waiting', 'waiting'],
  ],
  [
    'one that failed',
    run(3, [
      [1, done],
      [2, failed, failed],
    ]),
    ['done', 'failed', 'skipped', 'skipped'],
  ],
  ['one that was given up before it began', run(4, []), ['skipped', 'skipped', 'skipped', 'skipped']],
  [
    'one that is complete',
    run(2, [
      [1, done],
      [2, failed, done],
      [3, done],
      [4, underWay],
    ]),
    ['done', 'done', 'done', 'done'],
  ],
])('shows the steps of %s', (_, one, expected) => expect(states(one).map((text) => text.split(': ')[1])).toEqual(expected));

it('shows one step of a test', () => expect(states(run(1, [[3, underWay]], 2))).toEqual(['testSecret: running']));

it('says how long it takes, and what helps', () => {
  expect(tookOf(run(1, []), new Date(at.getTime() + 1_500))).toBe(1_500);
  expect(adviceFor(run(3, [[2, failed]]))).toMatch(/Grant the permission/);
  expect(adviceFor(run(3, [[2, { ...failed, errorCode: 'Odd' }]]))).toBeUndefined();
  expect(adviceFor(run(2, [[2, done]]))).toBeUndefined();
});
