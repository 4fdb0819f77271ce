import { ManualClock } from '@strongroom/clock';
import { StepSlots } from './step-slots';

const clock = new ManualClock('2026-03-10T12:00:00Z');

const claim = (accountId: string, functionArn = 'fn', isCustom = false) => ({
  accountId,
  functionArn,
  isCustom,
  hasBegun: false,
});
const fill = (slots: StepSlots, one: ReturnType<typeof claim>) => {
  const held = [];
  for (let got = slots.enter(one); typeof got !== 'number'; got = slots.enter(one)) held.push(got);
  return held;
};

it('leaves room for whoever comes next, however many hold as much as they can', () => {
  const slots = new StepSlots({ builtIn: 64, custom: 32 }, clock);
  expect(fill(slots, claim('greedy')).length).toBe(48);
  const shares = ['b', 'c', 'd', 'e', 'f'].map((account) => fill(slots, claim(account)).length);
  expect(Math.min(...shares.slice(0, 3))).toBeGreaterThan(0);
});

it.each([
  [64, 48, 8],
  [8, 6, 1],
  [4, 3, 0],
  [1, 1, 0],
])('of %i slots, keeps room for rotations that have begun, and a slot for others', (builtIn, another, more) => {
  const slots = new StepSlots({ builtIn, custom: 1 }, clock);
  expect(fill(slots, claim('a')).length).toBe(another);
  expect(fill(slots, { ...claim('a'), hasBegun: true }).length).toBe(more);
  if (builtIn > 1) expect(slots.enter(claim('b'))).toBeInstanceOf(Function);
});

it('keeps custom functions in slots of their own, and one that hangs from those of the account', () => {
  const slots = new StepSlots({ builtIn: 8, custom: 8 }, clock);
  expect(fill(slots, claim('a', 'hangs', true)).length).toBe(6);
  // It uses up the share of custom slots of its account, but not that of another account, and no slot of built-in functions.
  expect(slots.enter(claim('b', 'other', true))).toBeInstanceOf(Function);
  expect(fill(slots, claim('a')).length).toBe(6);
});

it('gives back what is released, once', () => {
  const slots = new StepSlots({ builtIn: 4, custom: 1 }, clock);
  const held = fill(slots, claim('a'));
  held[0]!();
  held[0]!();
  expect(fill(slots, claim('a')).length).toBe(1);
});

it('has at least one slot of each kind for a single account', () => {
  const slots = new StepSlots({ builtIn: 1, custom: 1 }, clock);
  expect(slots.enter(claim('a'))).toBeInstanceOf(Function);
  expect(slots.enter(claim('a', 'fn', true))).toBeInstanceOf(Function);
});

it('lets those who are many ask again one after the other, and not too late', () => {
  const slots = new StepSlots({ builtIn: 30, custom: 1 }, clock);
  const [held] = fill(slots, claim('a'));
  const refuse = (count: number) => Array.from({ length: count }, () => slots.enter(claim('a')) as number);
  expect(refuse(3)).toEqual([310, 320, 330]);
  // One was refused before, when the slots were full. One that gets a slot does not send the next to the beginning of the line.
  held!();
  expect(slots.enter(claim('a'))).toBeInstanceOf(Function);
  expect(refuse(2)).toEqual([340, 350]);
  expect(slots.enter(claim('b'))).toBeInstanceOf(Function);
  expect(refuse(1_000).at(-1)).toBe(10_000);
  clock.advance(60_000);
  expect(refuse(1)).toEqual([300]);
});

it('lets them ask about twice as fast as the line moves', () => {
  const slots = new StepSlots({ builtIn: 4, custom: 1 }, clock);
  const [held] = fill(slots, claim('a'));
  let leave = held!;
  for (let n = 0; n < 30; n++) {
    clock.advance(200);
    leave();
    leave = slots.enter(claim('a'), true) as typeof leave;
    slots.enter(claim('a'));
  }
  const [first, second] = [slots.enter(claim('a')) as number, slots.enter(claim('a')) as number];
  expect(second - first).toBeCloseTo(100, 0);
});
