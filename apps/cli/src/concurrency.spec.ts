import { concurrently, inGroups, inParallel } from './concurrency';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('results as they come', () => {
  it('keeps the order, and its bound', async () => {
    let underWay = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const work = async (item: number) => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => finish.push(resolve));
      underWay--;
      return item * 10;
    };
    const results = collect(concurrently([1, 2, 3, 4, 5], 2, work));
    while (finish.length > 0 || underWay > 0 || most === 0) {
      finish.pop()?.();
      await new Promise(setImmediate);
    }
    expect(await results).toEqual([10, 20, 30, 40, 50]);
    expect(most).toBe(2);
  });

  it('waits for what is under way when one fails, and takes no more', async () => {
    const ended: number[] = [];
    const taken: number[] = [];
    const items = (function* () {
      for (let item = 1; ; item++) {
        taken.push(item);
        yield item;
      }
    })();
    const work = async (item: number) => {
      if (item === 1) throw new Error('the first');
      await new Promise(setImmediate);
      ended.push(item);
    };
    await expect(collect(concurrently(items, 3, work))).rejects.toThrow('the first');
    expect(ended).toEqual([2, 3]);
    expect(taken.length).toBeLessThanOrEqual(4);
  });

  it('makes groups', async () => {
    expect(await collect(inGroups([1, 2, 3, 4, 5], 2))).toEqual([[1, 2], [3, 4], [5]]);
    expect(await collect(inGroups([], 2))).toEqual([]);
  });
});

describe('all results at once', () => {
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
});
