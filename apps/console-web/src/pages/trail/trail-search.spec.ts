import { conditionCount, filterOfSearch, isBackwards, readTrailSearch } from './trail-search';

const NOW = Date.parse('2026-11-30T12:00:00Z');

it('reads what an address says, and passes over what means nothing', () => {
  const raw = {
    event: ' GetSecretValue ',
    user: 7,
    result: 'maybe',
    reads: 'none',
    last: 'toString',
    from: 'soon',
    key: '',
    more: 'x',
  };
  expect(readTrailSearch(raw)).toEqual({ event: 'GetSecretValue', user: '7', reads: 'none' });
  expect(readTrailSearch({ user: 'x'.repeat(2_049), resource: ['a'], from: '2026-11-01T00:00:00Z' })).toEqual({
    from: '2026-11-01T00:00:00Z',
  });
});

it('asks for the last day unless the address says otherwise', () => {
  expect(filterOfSearch({}, NOW)).toEqual({ startTime: new Date('2026-11-29T12:00:00Z') });
  expect(filterOfSearch({ last: 'all' }, NOW)).toEqual({});
  expect(filterOfSearch({ from: '2026-11-01T00:00:00Z' }, NOW)).toEqual({ startTime: new Date('2026-11-01T00:00:00Z') });
  expect(filterOfSearch({ last: '1h', to: '2026-11-01T00:00:00Z' }, NOW)).toEqual({
    startTime: new Date('2026-11-30T11:00:00Z'),
  });
});

it('turns words into conditions', () => {
  const search = { last: 'all', source: 'kms', result: 'failed', reads: 'none', user: 'ada', key: 'AKIA1' } as const;
  expect(filterOfSearch(search, NOW)).toEqual({
    eventSource: 'kms.amazonaws.com',
    outcome: 2,
    readOnly: false,
    principal: 'ada',
    accessKeyId: 'AKIA1',
  });
  expect(filterOfSearch({ last: 'all', source: 'kms.amazonaws.com', result: 'ok', reads: 'only' }, NOW)).toEqual({
    eventSource: 'kms.amazonaws.com',
    outcome: 1,
    readOnly: true,
  });
  expect(conditionCount(search)).toBe(5);
});

it('notices a range that ends before it begins', () => {
  expect(isBackwards({ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' })).toBe(true);
  expect(isBackwards({ from: '2026-11-01T00:00:00Z', to: '2026-11-01T00:00:00Z' })).toBe(false);
  expect(isBackwards({ from: '2026-11-02T00:00:00Z' })).toBe(false);
});
