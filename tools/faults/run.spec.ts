import { drawFaults, type Outcome, recoveryTimes } from './run';

const namesOf = (seed: string, count: number) => [...drawFaults(seed, count)].map(({ name }) => name);

it('draws the same faults for the same seed, and every kind of them', () => {
  expect(namesOf('a', 20)).toEqual(namesOf('a', 20));
  expect(namesOf('a', 20)).not.toEqual(namesOf('b', 20));
  const many = new Set(namesOf('a', 300));
  for (const name of ['mariadb-1 killed', 'mariadb-3 suspended', 'the Redis primary killed', 'secrets-api-2 killed']) {
    expect(many).toContain(name);
  }
  expect([...many].filter((name) => /with an empty disk|^all of |renewed/.test(name)).length).toBeGreaterThan(10);
});

it('tells median, 99th percentile and most', () => {
  const outcomes = Array.from({ length: 200 }, (_, index) => ({ recoveryMs: 200 - index }) as Outcome);
  expect(recoveryTimes(outcomes)).toEqual({ median: 100, p99: 198, most: 200 });
  expect(recoveryTimes(outcomes.slice(-1))).toEqual({ median: 1, p99: 1, most: 1 });
  expect(recoveryTimes([])).toEqual({ median: 0, p99: 0, most: 0 });
});
