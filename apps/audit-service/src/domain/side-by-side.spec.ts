import { sideBySide } from './side-by-side';

async function* upTo(last: number): AsyncGenerator<number> {
  for (let item = 1; item <= last; item++) yield item;
}

it('keeps the order, and works on no more than it may', async () => {
  let [running, most] = [0, 0];
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    // The first of each three takes longest.
    for (let turn = 0; turn < (item % 3 === 1 ? 20 : 1); turn++) await new Promise(setImmediate);
    running--;
    return item;
  };
  const results: number[] = [];
  for await (const result of sideBySide(upTo(10), 3, work)) results.push(result);
  expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(most).toBe(3);
});

it('fails as its work does, in the turn of the item', async () => {
  const results: number[] = [];
  const run = async () => {
    const work = async (item: number) => (item === 3 ? Promise.reject(new Error('of the third')) : item);
    for await (const result of sideBySide(upTo(5), 3, work)) results.push(result);
  };
  await expect(run()).rejects.toThrow('of the third');
  expect(results).toEqual([1, 2]);
});
