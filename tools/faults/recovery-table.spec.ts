import { recoveryTable, recoveryTimes } from './recovery-table';
import type { Outcome } from './run';

it('tells median, 99th percentile and most', () => {
  const outcomes = Array.from({ length: 200 }, (_, index) => ({ recoveryMs: 200 - index }));
  expect(recoveryTimes(outcomes)).toEqual({ median: 100, p99: 198, most: 200 });
  expect(recoveryTimes(outcomes.slice(-1))).toEqual({ median: 1, p99: 1, most: 1 });
  expect(recoveryTimes([])).toEqual({ median: NaN, p99: NaN, most: NaN });
});

it('has a row for each kind of fault that there was, and one for all', () => {
  const outcome = (kind: string, recoveryMs: number, losses: Partial<Outcome['losses']> = {}, failed = 0): Outcome => ({
    kind,
    fault: kind,
    lastedMs: 0,
    recoveryMs,
    slowest: 'read',
    failures: Array.from({ length: failed }, () => ({ kind: 'read', error: 'unavailable', at: 0 })),
    losses: { lost: [], unrecorded: [], trail: [], ...losses },
    findings: [],
  });
  const rows = recoveryTable([
    outcome('the Redis primary killed', 5_000),
    outcome('a database node killed', 3_140, { lost: ['a'], unrecorded: ['b', 'c'] }),
    outcome('the Redis primary killed', 7_000, {}, 3),
  ]);
  const cells = rows.split('\n').map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(cells[0]).toEqual([
    'fault',
    'count',
    'lost',
    'unrecorded',
    'failed calls',
    'without answers: median s',
    'p99 s',
    'most s',
  ]);
  expect(cells.slice(2)).toEqual([
    ['a database node killed', '1', '1', '2', '0', '3.1', '3.1', '3.1'],
    ['the Redis primary killed', '2', '0', '0', '3', '5.0', '7.0', '7.0'],
    ['all', '3', '1', '2', '3', '5.0', '7.0', '7.0'],
  ]);
});
