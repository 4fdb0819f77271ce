import { callerForTests } from '../caller-for-tests.testing';
import { HeldAnswers } from './held-answers';

const caller = callerForTests();

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

it('keeps the principals of other accounts, however many one account has', () => {
  const held = new HeldAnswers({ present: 10, absent: 1 });
  const quiet = callerForTests({ accountId: '111111111111' });
  held.set('quiet', { caller: quiet, subjects: ['x'] });
  for (let n = 0; n < 100; n++) held.set(`loud ${n}`, { caller, subjects: ['x'] });
  expect(held.get('quiet')).toMatchObject({ caller: quiet });
  expect(held.size).toBe(10);
  held.invalidate('x');
  expect(held.size).toBe(0);
});

it('counts who has large policies as several', () => {
  const held = new HeldAnswers({ present: 10, absent: 1 });
  for (let n = 0; n < 10; n++) held.set(`${n}`, { caller, subjects: [], weight: 4 });
  expect(held.size).toBe(2);
});

it('lets the least recently used go', () => {
  const held = new HeldAnswers({ present: 2, absent: 1 });
  held.set('a', { caller, subjects: [] });
  held.set('b', { caller, subjects: [] });
  held.get('a');
  held.set('c', { caller, subjects: [] });
  expect(['a', 'b', 'c'].map((key) => held.get(key) !== undefined)).toEqual([true, false, true]);
});
