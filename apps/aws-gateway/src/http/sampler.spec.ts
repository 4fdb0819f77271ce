import { Sampler } from './sampler';

it('lets so many through each second, and tells how many it did not', () => {
  let now = 0;
  const sampler = new Sampler(2, () => now);
  expect([sampler.next(), sampler.next(), sampler.next(), sampler.next()]).toEqual([0, 0, undefined, undefined]);
  now = 1_000;
  expect([sampler.next(), sampler.next(), sampler.next()]).toEqual([2, 0, undefined]);
});
