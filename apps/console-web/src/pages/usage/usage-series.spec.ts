import type { UsageRow } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { OTHERS, plotOf, ranksOf, startOf } from './usage-series';

const row = (start: string, principal: string, calls: number, failedCalls = 0): UsageRow => ({
  startTime: new Date(start),
  accountId: '',
  principal,
  secret: '',
  operation: '',
  tag: '',
  counters: { calls: BigInt(calls), failedCalls: BigInt(failedCalls), billedCalls: 0n, repeatedReads: 0n },
});
const options = {
  measure: 'calls',
  grouping: 'principal',
  period: 'day',
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2026-11-04T05:00:00Z'),
} as const;

it('has every period, and 0 where nobody called', () => {
  const plot = plotOf([row('2026-11-02T00:00:00Z', 'ada', 3), row('2026-11-04T00:00:00Z', 'ada', 2)], options);
  expect(plot.starts.map((start) => start.toISOString().slice(0, 10))).toEqual([
    '2026-11-01',
    '2026-11-02',
    '2026-11-03',
    '2026-11-04',
  ]);
  expect(plot.series).toEqual([{ group: 'ada', values: [0, 3, 0, 2], total: 5 }]);
  expect(plot.total).toBe(5);
});

it('adds up all groups if nobody wants them apart, and what comes in several pages', () => {
  const rows = [
    row('2026-11-02T00:00:00Z', 'ada', 3),
    row('2026-11-02T00:00:00Z', 'bob', 4),
    row('2026-11-02T00:00:00Z', 'ada', 1),
  ];
  expect(plotOf(rows, { ...options, grouping: 'none' }).series).toEqual([{ group: '', values: [0, 8, 0, 0], total: 8 }]);
  expect(plotOf(rows, options).series.map(({ group, total }) => [group, total])).toEqual([
    ['ada', 4],
    ['bob', 4],
  ]);
});

it('shows the largest groups, and the others together', () => {
  const rows = Array.from({ length: 20 }, (_, at) => row('2026-11-01T00:00:00Z', `user-${at}`, at + 1));
  const { series, total } = plotOf(rows, options);
  expect(series).toHaveLength(8);
  expect(series[0]).toMatchObject({ group: 'user-19', total: 20 });
  expect(series[7]).toMatchObject({ group: OTHERS, total: 91, values: [91, 0, 0, 0] });
  expect(total).toBe(210);
});

it('leaves out groups with nothing of the measure, and rows of other times', () => {
  const rows = [
    row('2026-11-01T00:00:00Z', 'ada', 3, 1),
    row('2026-11-01T00:00:00Z', 'bob', 3),
    row('2026-10-31T00:00:00Z', 'eve', 3, 3),
  ];
  expect(plotOf(rows, { ...options, measure: 'failedCalls' }).series).toEqual([{ group: 'ada', values: [1, 0, 0, 0], total: 1 }]);
});

it('counts months of their own lengths', () => {
  const plot = plotOf([row('2027-02-01T00:00:00Z', 'ada', 1)], {
    ...options,
    period: 'month',
    from: new Date('2026-12-15T00:00:00Z'),
    to: new Date('2027-03-02T00:00:00Z'),
  });
  expect(plot.series[0]?.values).toEqual([0, 0, 1, 0]);
  expect(startOf('month', new Date('2027-02-28T23:59:59Z'))).toEqual(new Date('2027-02-01T00:00:00Z'));
  expect(startOf('hour', new Date('2027-02-28T23:59:59Z'))).toEqual(new Date('2027-02-28T23:00:00Z'));
});

it('ranks the groups over the whole time', () => {
  const rows = [
    row('2026-11-01T00:00:00Z', 'bob', 2),
    row('2026-11-02T00:00:00Z', 'ada', 3, 1),
    row('2026-11-03T00:00:00Z', 'bob', 2, 2),
    row('2026-11-03T00:00:00Z', 'eve', 0),
  ];
  expect(ranksOf(rows, { measure: 'calls', grouping: 'principal' })).toEqual({
    ranks: [
      { group: 'bob', total: 4, failed: 2 },
      { group: 'ada', total: 3, failed: 1 },
    ],
    total: 7,
  });
});
