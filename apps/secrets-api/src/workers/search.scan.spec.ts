import { silentLogger } from '@strongroom/telemetry';
import { SearchScan } from './search.scan';

/** Makes so many searchable at a time, until none is left. */
const storeOf = (batches: number[]) => {
  const asked: number[] = [];
  return {
    asked,
    makeSearchable: (limit: number) => {
      asked.push(limit);
      return Promise.resolve(batches.shift() ?? 0);
    },
  };
};

it('goes on until nothing is left to do', async () => {
  const store = storeOf([100, 100, 7]);
  await new SearchScan(store, silentLogger).scan();
  expect(store.asked).toEqual([100, 100, 100, 100]);
});

it('stops after the batch that is under way, and has one scan at a time', async () => {
  let scans = 0;
  let end = () => {};
  const store = {
    makeSearchable: () => {
      scans++;
      return new Promise<number>((resolve) => (end = () => resolve(1)));
    },
  };
  const scan = new SearchScan(store, silentLogger);
  scan.start(1);
  // As often as the timer of the scan can have rung.
  for (let n = 0; n < 10; n++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(scans).toBe(1);
  const stopped = scan.stop();
  end();
  await stopped;
  expect(scans).toBe(1);
});

it('says so when it fails, and tries again', async () => {
  const warnings: string[] = [];
  let tries = 0;
  const store = { makeSearchable: () => Promise.reject(new Error(`away ${++tries}`)) };
  const scan = new SearchScan(store, { ...silentLogger, warn: (message) => void warnings.push(message) });
  scan.start(1);
  while (tries < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await scan.stop();
  expect(warnings.length).toBeGreaterThanOrEqual(2);
});
