import { Plan } from './plan';

it('refuses all that would have one name', () => {
  const plan = new Plan();
  for (const sourceName of ['a b', 'a-b', 'a+b', 'c'])
    plan.add({ name: sourceName === 'c' ? 'c' : 'a-b', sourceName, action: 'new' });
  expect(plan.with('refused').map(({ sourceName }) => sourceName)).toEqual(['a b', 'a-b', 'a+b']);
  expect(plan.with('refused')[0]!.why).toMatch(/"a-b" of the source/);
  expect(plan.summary).toEqual({ refused: 3, new: 1 });
});

it('does not let one that is refused stand in the way of another', () => {
  const plan = new Plan();
  plan.add({ name: 'a', sourceName: 'x', action: 'refused', why: 'unreadable' });
  plan.add({ name: 'a', sourceName: 'a', action: 'new' });
  expect(plan.summary).toEqual({ refused: 1, new: 1 });
});
