import fc from 'fast-check';
import { FairCache } from './fair-cache';

it('lets the least recently used of an owner go', () => {
  const cache = new FairCache<number>({ capacity: 2 });
  cache.set('a', 'x', 1);
  cache.set('a', 'y', 2);
  cache.get('a', 'x');
  cache.set('a', 'z', 3);
  expect(['x', 'y', 'z'].map((key) => cache.get('a', key))).toEqual([1, undefined, 3]);
});

it('keeps what others have, however much one asks for', () => {
  const cache = new FairCache<number>({ capacity: 10 });
  cache.set('quiet', 'x', 1);
  for (let n = 0; n < 1_000; n++) cache.set('loud', `${n}`, n);
  expect(cache.get('quiet', 'x')).toBe(1);
  expect(cache.size).toBe(10);
  expect(cache.get('loud', '999')).toBe(999);
});

it('makes an owner keep within its share, also while there is room', () => {
  const cache = new FairCache<number>({ capacity: 100, share: 10 });
  for (let n = 0; n < 5; n++) cache.set('a', `${n}`, n, 4);
  expect([0, 1, 2, 3, 4].map((n) => cache.get('a', `${n}`))).toEqual([undefined, undefined, undefined, 3, 4]);
});

it('tells what went, and knows owners apart', () => {
  const gone: string[] = [];
  const cache = new FairCache<string>({ capacity: 2, gone: (value, key) => gone.push(`${key} ${value}`) });
  cache.set('a', 'x', 'first');
  cache.set('b', 'x', 'other');
  cache.set('a', 'x', 'second');
  expect(gone).toEqual(['x first']);
  cache.delete('b', 'y');
  cache.delete('b', 'x');
  cache.clear();
  expect(gone).toEqual(['x first', 'x other', 'x second']);
  expect(cache.size).toBe(0);
});

it('never keeps more than it may, and always what was put in last where that fits', () => {
  const step = fc.record({
    owner: fc.constantFrom('a', 'b', 'c'),
    key: fc.constantFrom('x', 'y', 'z'),
    weight: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kept = new Map<object, number>();
      const cache = new FairCache<object>({ capacity: 9, share: 6, gone: (value) => kept.delete(value) });
      for (const { owner, key, weight } of steps) {
        const value = {};
        kept.set(value, weight);
        cache.set(owner, key, value, weight);
        expect([...kept.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(9);
        expect(cache.size).toBe(kept.size);
      }
    }),
  );
});
