import { SharedReads } from './shared-reads';
import { encoded, InMemoryTrail, testEvent } from './trail.testing';
import { ChainWriter } from './chain-writer';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('asks the trail once for all who ask the same, and again when the answer is old', async () => {
  const trail = new InMemoryTrail();
  const writer = new ChainWriter(trail);
  const [head, after] = [jest.spyOn(trail, 'head'), jest.spyOn(trail, 'after')];
  const reads = new SharedReads(trail, 100);
  const account = '000000000000';
  const all = () => Promise.all(Array.from({ length: 500 }, () => reads.head(account)));
  expect(new Set((await all()).map(({ sequence }) => sequence))).toEqual(new Set([0]));
  expect(head).toHaveBeenCalledTimes(1);
  await writer.append([encoded(testEvent())]);
  head.mockClear();
  await jest.advanceTimersByTimeAsync(100);
  expect(new Set((await all()).map(({ sequence }) => sequence))).toEqual(new Set([1]));
  expect(head).toHaveBeenCalledTimes(1);
  await Promise.all(Array.from({ length: 500 }, () => reads.after(account, 0, 200)));
  expect(after).toHaveBeenCalledTimes(1);
  expect(await reads.after(account, 1, 200)).toEqual([]);
  expect(await reads.head('111111111111')).toMatchObject({ sequence: 0 });
});
