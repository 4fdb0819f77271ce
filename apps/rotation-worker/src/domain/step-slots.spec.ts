import { StepSlots } from './step-slots';

const claim = (accountId: string, functionArn = 'fn', isCustom = false) => ({ accountId, functionArn, isCustom });
const fill = (slots: StepSlots, one: ReturnType<typeof claim>) => {
  const held = [];
  for (let got = slots.enter(one); typeof got !== 'number'; got = slots.enter(one)) held.push(got);
  return held;
};

it('leaves room for whoever comes next, however many hold as much as they can', () => {
  const slots = new StepSlots({ builtIn: 64, custom: 32 });
  expect(fill(slots, claim('greedy')).length).toBe(48);
  const shares = ['b', 'c', 'd', 'e', 'f'].map((account) => fill(slots, claim(account)).length);
  expect(Math.min(...shares.slice(0, 3))).toBeGreaterThan(0);
});

it('keeps custom functions in slots of their own, and one that hangs from those of the account', () => {
  const slots = new StepSlots({ builtIn: 8, custom: 8 });
  expect(fill(slots, claim('a', 'hangs', true)).length).toBe(6);
  // It uses up the share of custom slots of its account, but not that of another account, and no slot of built-in functions.
  expect(slots.enter(claim('b', 'other', true))).toBeInstanceOf(Function);
  expect(fill(slots, claim('a')).length).toBe(6);
});

it('gives back what is released, once', () => {
  const slots = new StepSlots({ builtIn: 4, custom: 1 });
  const held = fill(slots, claim('a'));
  held[0]!();
  held[0]!();
  expect(fill(slots, claim('a')).length).toBe(1);
});

it('has at least one slot of each kind for a single account', () => {
  const slots = new StepSlots({ builtIn: 1, custom: 1 });
  expect(slots.enter(claim('a'))).toBeInstanceOf(Function);
  expect(slots.enter(claim('a', 'fn', true))).toBeInstanceOf(Function);
});

it('sends those who are many away for longer, and not for ever', () => {
  const slots = new StepSlots({ builtIn: 4, custom: 1 });
  fill(slots, claim('a'));
  const delays = Array.from({ length: 1_000 }, () => slots.enter(claim('a')) as number);
  expect(delays[0]!).toBeLessThan(600);
  expect(delays.at(-1)).toBe(10_000);
});
