import { adviceFor, savingsOf } from './polling';

it.each([
  [99n, 99n, 'none'],
  [1_000n, 900n, 'cache'],
  [1_000n, 899n, 'push'],
])('of %s repeated reads, of which a cache spares %s, advises %s', (repeatedReads, readsSavedByCache, advice) => {
  expect(adviceFor({ repeatedReads, readsSavedByCache })).toBe(advice);
});

it('adds up exactly', () => {
  const poller = { reads: 10n, repeatedReads: 9n, readsSavedByCache: 8n, savedByCache: '0.100000', savedByPush: '0.200000' };
  expect(savingsOf([poller, { ...poller, savedByCache: '0.200001' }])).toEqual({
    reads: 20n,
    byCache: 16n,
    byPush: 18n,
    moneyByCache: '0.300001',
    moneyByPush: '0.400000',
  });
});
