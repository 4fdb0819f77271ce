import { inParallel } from './concurrency';

it('keeps the order, and the limit', async () => {
  let [running, most] = [0, 0];
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
  expect(await inParallel([], 3, async () => 1)).toEqual([]);
});

it('begins nothing more once something failed', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('no');
    await new Promise(setImmediate);
  });
  await expect(work).rejects.toThrow('no');
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2]);
});
