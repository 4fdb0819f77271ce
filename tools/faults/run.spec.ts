import { drawFaults } from './run';

const namesOf = (seed: string, count: number) => [...drawFaults(seed, count)].map(({ name }) => name);

it('draws the same faults for the same seed, and every kind of them', () => {
  expect(namesOf('a', 20)).toEqual(namesOf('a', 20));
  expect(namesOf('a', 20)).not.toEqual(namesOf('b', 20));
  const many = new Set(namesOf('a', 300));
  for (const name of ['mariadb-1 killed', 'mariadb-3 suspended', 'the Redis primary killed', 'secrets-api-2 killed']) {
    expect(many).toContain(name);
  }
  for (const name of ['the Redis primary cut off from replicas and sentinels', 'mariadb-2 cut off from the others']) {
    expect(many).toContain(name);
  }
  expect([...many].filter((name) => /with an empty disk|^all of |renewed/.test(name)).length).toBeGreaterThan(10);
});

it('draws among the kinds that were asked for', () => {
  expect(new Set([...drawFaults('a', 100, 'cut off')].map(({ kind }) => kind))).toEqual(
    new Set(['a database node cut off', 'the Redis primary cut off']),
  );
});
