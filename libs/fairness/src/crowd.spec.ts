import { Crowd } from './crowd';

const setup = (most: number) => {
  const gone: string[] = [];
  const crowd = new Crowd(most);
  return { gone, enter: (share: string, name: string, weight = 1) => crowd.enter(share, weight, () => gone.push(name)) };
};

it('makes the oldest of the heaviest share give way, whoever comes', () => {
  const { gone, enter } = setup(4);
  enter('quiet', 'q1');
  for (const name of ['g1', 'g2', 'g3']) enter('greedy', name);
  expect(gone).toEqual([]);
  enter('greedy', 'g4');
  enter('new', 'n1');
  expect(gone).toEqual(['g1', 'g2']);
});

it('weighs what grows, which may be in its own way', () => {
  const { gone, enter } = setup(100);
  const small = enter('a', 'small', 10);
  const large = enter('b', 'large', 10);
  large.grow(50);
  small.grow(29);
  expect(gone).toEqual([]);
  large.grow(2);
  expect(gone).toEqual(['large']);
  large.grow(1_000);
  small.grow(50);
  expect(gone).toEqual(['large']);
});

it('forgets who leaves, once', () => {
  const { gone, enter } = setup(2);
  const place = enter('a', 'a1');
  place.leave();
  place.leave();
  enter('a', 'a2');
  enter('b', 'b1');
  expect(gone).toEqual([]);
  enter('b', 'b2');
  expect(gone).toEqual(['b1']);
});
