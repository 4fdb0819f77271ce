import { FairShare } from './fair-share';

const fill = (places: FairShare, account: string | undefined): number => {
  let taken = 0;
  while (taken < 10_000 && places.take(account)) taken++;
  return taken;
};

it('gives one account all there is, while nobody else wants any', () => {
  expect(fill(new FairShare(100), 'a')).toBe(100);
});

it('lets the next account in at once, whatever a greedy one holds, up to its share', () => {
  const places = new FairShare(100);
  fill(places, 'greedy');
  expect(fill(places, 'modest')).toBe(50);
  expect(places.take('greedy')).toBe(false);
});

it('lets the greedy one go on when it is below its share', () => {
  const places = new FairShare(100);
  fill(places, 'greedy');
  fill(places, 'modest');
  for (let i = 0; i < 50; i++) places.give('greedy');
  expect(places.take('greedy')).toBe(false);
  places.give('greedy');
  expect(places.take('greedy')).toBe(true);
});

it('is bounded, however many accounts come', () => {
  const places = new FairShare(100);
  let taken = 0;
  for (let account = 0; account < 1_000; account++) taken += fill(places, `account ${account}`);
  expect(taken).toBe(200);
});

it('has places of their own for services, which work for everybody', () => {
  const places = new FairShare(100);
  fill(places, 'greedy');
  expect(fill(places, undefined)).toBe(100);
  places.give(undefined);
  expect(fill(places, undefined)).toBe(1);
});

it('keeps nothing of who has gone', () => {
  const places = new FairShare(100);
  for (let account = 0; account < 10; account++) {
    const taken = fill(places, `account ${account}`);
    for (let i = 0; i < taken; i++) places.give(`account ${account}`);
  }
  expect(fill(places, 'last')).toBe(100);
});
