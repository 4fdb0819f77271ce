import { Latest } from './latest';

const PASSING = new Error('may pass');

/** Work that ends when the test says so. */
const setUp = () => {
  const failed: unknown[] = [];
  let idle = 0;
  const controller = new AbortController();
  const latest = new Latest({
    mayPass: (error) => error === PASSING,
    failed: (error) => failed.push(error),
    idle: () => idle++,
    signal: controller.signal,
  });
  const ends: ((error?: Error) => void)[] = [];
  let runs = 0;
  const work = () => {
    runs++;
    return new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  };
  const end = async (error?: Error) => {
    ends.shift()!(error);
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return { latest, work, end, failed, controller, runs: () => runs, idle: () => idle };
};

it('does work once more for all who asked while it was under way', async () => {
  const { latest, work, end, runs, idle } = setUp();
  for (let n = 0; n < 3; n++) latest.do(1, work);
  expect([runs(), latest.isIdle]).toEqual([1, false]);
  await end();
  expect([runs(), idle()]).toEqual([2, 0]);
  await end();
  expect([runs(), idle(), latest.isIdle]).toEqual([2, 1, true]);
});

it('lets each key work for itself', async () => {
  const { latest, work, end, runs, idle } = setUp();
  latest.do(1, work);
  latest.do(2, work);
  expect(runs()).toBe(2);
  await end();
  expect(idle()).toBe(0);
  await end();
  expect(idle()).toBe(1);
});

it('tells of what failed for good, and goes on with what was asked for since', async () => {
  const { latest, work, end, failed, runs } = setUp();
  latest.do(1, work);
  latest.do(1, work);
  const lasting = new Error('for good');
  await end(lasting);
  expect([failed, runs()]).toEqual([[lasting], 2]);
});

it('repeats what may pass, and stops with its stream', async () => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  try {
    const { latest, work, end, failed, runs, controller } = setUp();
    latest.do(1, work);
    await end(PASSING);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([failed, runs()]).toEqual([[], 2]);
    controller.abort();
    await end(PASSING);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([failed, runs(), latest.isIdle]).toEqual([[], 2, true]);
  } finally {
    jest.useRealTimers();
  }
});
