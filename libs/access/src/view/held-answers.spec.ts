import { principalForTests } from '../testing/principal-for-tests';
import { HeldAnswers } from './held-answers';

const caller = principalForTests();

it('forgets every answer that a subject is part of', () => {
  const held = new HeldAnswers({ present: 10, absent: 10 });
  held.set('a', { caller, subjects: ['x', 'y'] });
  held.set('b', { caller: undefined, subjects: ['y'] });
  held.set('c', { caller, subjects: ['z'] });
  held.invalidate('y');
  expect(['a', 'b', 'c'].map((key) => held.get(key) !== undefined)).toEqual([false, false, true]);
  held.invalidate('x');
  expect(held.size).toBe(1);
});

it('replaces an answer with all that belonged to it', () => {
  const held = new HeldAnswers({ present: 10, absent: 10 });
  held.set('a', { caller, subjects: ['x'] });
  held.set('a', { caller: undefined, subjects: ['y'] });
  held.invalidate('x');
  expect(held.get('a')).toEqual({ caller: undefined, subjects: ['y'] });
  held.set('a', { caller, subjects: ['x'] });
  expect(held.size).toBe(1);
});

it('lets the least recently used go', () => {
  const held = new HeldAnswers({ present: 2, absent: 1 });
  held.set('a', { caller, subjects: [] });
  held.set('b', { caller, subjects: [] });
  held.get('a');
  held.set('c', { caller, subjects: [] });
  expect(['a', 'b', 'c'].map((key) => held.get(key) !== undefined)).toEqual([true, false, true]);
});
