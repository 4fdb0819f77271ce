import { cacheOf, sentError, settled } from '../testing/caches';

const names = (count: number, prefix = 'secret') => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

const readAll = async ({ cache, timers }: ReturnType<typeof cacheOf>, all: string[]) => {
  await Promise.all(all.map((name) => cache.get(name)));
  await timers.advance(10);
};

it('asks for what comes together in one message', async () => {
  const test = cacheOf();
  await readAll(test, ['a', 'b']);
  await readAll(test, ['c', 'd']);
  expect(test.cluster.streams.map(({ asked }) => asked)).toEqual([
    [
      ['+a', '+b'],
      ['+c', '+d'],
    ],
  ]);
});

it('opens no stream before there is something to watch, and ends it with the last', async () => {
  const test = cacheOf({ maxSecrets: 1 });
  await test.timers.advance(60_000);
  expect(test.cluster.streams).toEqual([]);
  await readAll(test, ['a']);
  test.cluster.stream.isReady({ a: 'v1' });
  await settled();
  test.cluster.fails(sentError('unauthenticated', 'UnrecognizedClientException'));
  await test.read('b');
  expect(test.cluster.stream.signal.aborted).toBe(true);
  await test.timers.advance(60_000);
  expect(test.cluster.streams).toHaveLength(1);
});

it('opens as many streams as hold all', async () => {
  const test = cacheOf();
  await readAll(test, names(250));
  expect(test.cluster.streams.map((stream) => stream.names.length)).toEqual([100, 100, 50]);
  expect(test.cache.live).toBe(false);
  for (const stream of test.cluster.streams) stream.isReady(Object.fromEntries(stream.names.map((name) => [name, 'v1'])));
  await settled();
  expect(test.cache.live).toBe(true);
});

it('leaves to their age those that no stream has room for, until one has', async () => {
  const test = cacheOf({ maxSecrets: 1_700 });
  await readAll(test, names(1_610));
  expect(test.cluster.streams).toHaveLength(16);
  for (const stream of test.cluster.streams) stream.isReady(Object.fromEntries(stream.names.map((name) => [name, 'v1'])));
  await settled();
  expect(test.cache.live).toBe(false);
  const asked = test.cluster.asked.length;
  await test.timers.advance(290_000);
  // Only those ten were fetched again.
  expect(test.cluster.asked.slice(asked).sort()).toEqual(names(1_610).slice(1_600).sort());
});

it('opens a stream anew once enough of its watches have ended', async () => {
  const test = cacheOf({ maxSecrets: 60 });
  await readAll(test, names(60));
  test.cluster.stream.isReady(Object.fromEntries(names(60).map((name) => [name, 'v1'])), 'p9');
  await settled();
  // Forty others take the places of as many: the stream has had its hundred.
  await readAll(test, names(40, 'other'));
  expect(test.cluster.streams).toHaveLength(1);
  expect(test.cluster.stream.names).toHaveLength(60);
  await readAll(test, ['one more']);
  expect(test.cluster.streams).toHaveLength(2);
  expect(test.cluster.streams[0]!.signal.aborted).toBe(true);
  const asked = test.cluster.stream.asked.flat();
  expect(asked).toHaveLength(60);
  expect(asked).toContain('+one more');
  // What was told of before is told of no more; what was not ready is.
  expect(asked).toContain('+secret-50 p9');
  expect(asked).toContain('+other-3');
});
