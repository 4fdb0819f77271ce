import { DAY, MINUTE, SECOND } from '@strongroom/clock';
import { knownPeriods, lastStepBefore, nextLook, stepOf } from './alarm-window';

const start = Date.UTC(2026, 10, 30);
const at = (milliseconds: number) => new Date(start + milliseconds);
const window = { periodSeconds: 300, evaluationPeriods: 2 };

it('has sixty steps in a period', () => {
  expect(stepOf(window, at(5 * MINUTE)) - stepOf(window, at(0))).toBe(60);
  expect(stepOf(window, at(5 * SECOND - 1))).toBe(stepOf(window, at(0)));
  expect(stepOf(window, at(5 * SECOND))).toBe(stepOf(window, at(0)) + 1);
});

it('looks back as far as its periods', () => {
  expect(lastStepBefore(window, 1_000)).toBe(880);
});

it('knows the periods that began after counting did', () => {
  const known = (milliseconds: number) => knownPeriods(window, stepOf(window, at(milliseconds)), at(0));
  expect([0, 5 * MINUTE - 1, 5 * MINUTE, 10 * MINUTE - 1, 10 * MINUTE, DAY, -MINUTE].map(known)).toEqual([0, 0, 1, 1, 2, 2, 0]);
});

it('looks again after a step, neither too soon nor too late', () => {
  const after = (periodSeconds: number) => nextLook({ periodSeconds }, at(0)).getTime() - start;
  expect([60, 3_600, 86_400].map(after)).toEqual([10 * SECOND, MINUTE, 5 * MINUTE]);
});
