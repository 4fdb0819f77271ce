import { Shares } from './shares';

const takeAll = (shares: Shares, name: string) => {
  const taken: (() => void)[] = [];
  for (let place = shares.take(name); place !== undefined; place = shares.take(name)) taken.push(place);
  return taken;
};

it('gives nobody more than a share, and everybody their own places however many others come', () => {
  const shares = new Shares({ total: 10, each: 6, own: 2 });
  expect(takeAll(shares, 'a')).toHaveLength(6);
  expect(takeAll(shares, 'b')).toHaveLength(4);
  expect(takeAll(shares, 'c')).toHaveLength(2);
  expect(takeAll(shares, 'd')).toHaveLength(2);
});

it('has a place again when one is given back, once', () => {
  const shares = new Shares({ total: 2, each: 2, own: 1 });
  const [first, second] = takeAll(shares, 'a');
  first!();
  first!();
  expect(takeAll(shares, 'a')).toHaveLength(1);
  second!();
  expect(takeAll(shares, 'a')).toHaveLength(1);
});
