import { Coalescer } from './index';

describe('Coalescer', () => {
  it('joins the requests of one turn, and answers each with its own outcome', async () => {
    const batches: number[][] = [];
    const coalescer = new Coalescer<number, number>({
      maxBatch: 10,
      run: async (batch) => {
        batches.push([...batch]);
        return batch.map((n) => n * 2);
      },
    });
    expect(await Promise.all([1, 2, 3].map((n) => coalescer.ask(n)))).toEqual([2, 4, 6]);
    expect(await coalescer.ask(4)).toBe(8);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('splits a turn into batches of maxBatch', async () => {
    const sizes: number[] = [];
    const coalescer = new Coalescer<number, number>({
      maxBatch: 2,
      run: async (batch) => {
        sizes.push(batch.length);
        return [...batch];
      },
    });
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => coalescer.ask(n)))).toEqual([1, 2, 3, 4, 5]);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('lets one request of a batch fail alone', async () => {
    const coalescer = new Coalescer<number, number>({
      maxBatch: 10,
      run: async (batch) => batch.map((n) => (n === 2 ? new Error('two') : n)),
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => coalescer.ask(n)));
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects everyone when the batch fails, and serves the next one', async () => {
    let fail = true;
    const coalescer = new Coalescer<number, number>({
      maxBatch: 10,
      run: async (batch) => {
        if (fail) throw new Error('gone');
        return [...batch];
      },
    });
    const outcomes = await Promise.allSettled([1, 2].map((n) => coalescer.ask(n)));
    expect(outcomes.every((o) => o.status === 'rejected')).toBe(true);
    fail = false;
    expect(await coalescer.ask(7)).toBe(7);
  });

  it('rejects a request that the batch left without an outcome', async () => {
    const coalescer = new Coalescer<number, number>({ maxBatch: 10, run: async () => [] });
    await expect(coalescer.ask(1)).rejects.toThrow('fewer outcomes');
  });
});

describe('Coalescer with a limit of batches in flight', () => {
  it('joins what is asked for while a batch is under way', async () => {
    const batches: number[][] = [];
    const ends: (() => void)[] = [];
    const coalescer = new Coalescer<number, number>({
      maxBatch: 10,
      maxInFlight: 1,
      run: async (batch) => {
        batches.push([...batch]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return [...batch];
      },
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const answers = [coalescer.ask(1)];
    await turn();
    answers.push(coalescer.ask(2));
    await turn();
    answers.push(coalescer.ask(3));
    await turn();
    expect(batches).toEqual([[1]]);
    ends[0]!();
    await answers[0];
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    ends[1]!();
    expect(await Promise.all(answers)).toEqual([1, 2, 3]);
  });

  it('goes on after a batch that failed', async () => {
    let runs = 0;
    const coalescer = new Coalescer<number, number>({
      maxBatch: 1,
      maxInFlight: 1,
      run: async (batch) => {
        if (runs++ === 0) throw new Error('gone');
        return [...batch];
      },
    });
    const outcomes = await Promise.allSettled([coalescer.ask(1), coalescer.ask(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
