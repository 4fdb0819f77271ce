import { pollUntil } from '@strongroom/clock';
import { silentLogger } from '@strongroom/telemetry';
import type { ChangedSecret, ChangeFeed } from './change-feed.port';
import { ChangeHub, type Watcher } from './change-hub';

const change = (name: string, more: Partial<ChangedSecret> = {}): ChangedSecret => ({
  accountId: '000000000000',
  region: 'us-east-1',
  name,
  suffix: 'abcdef',
  ...more,
});

/** Tells what the test puts into it. */
class FakeFeed implements ChangeFeed {
  position = { seen: 0, missing: [] };
  asked = 0;
  restarts = 0;
  readonly waiting: (ChangedSecret[] | Error)[] = [];

  restart(): void {
    this.restarts++;
  }

  async next(): Promise<{ changes: ChangedSecret[]; isAll: boolean }> {
    this.asked++;
    const changes = this.waiting.shift() ?? [];
    if (changes instanceof Error) throw changes;
    this.position = { seen: this.position.seen + changes.length, missing: [] };
    return { changes, isAll: this.waiting.length === 0 };
  }

  since = () => Promise.resolve(undefined);
  forgetOld = () => Promise.resolve(0);
}

const setUp = () => {
  const feed = new FakeFeed();
  const hub = new ChangeHub(feed, 'us-east-1', silentLogger, 1);
  const watcher = (place: Partial<Watcher> = {}): Watcher & { heard: string[] } => {
    const heard: string[] = [];
    return { accountId: '000000000000', ...place, heard, changed: ({ name }) => void heard.push(name) };
  };
  const polls = async (count: number) => {
    const until = feed.asked + count;
    await pollUntil(() => feed.asked >= until, 5_000, 1);
  };
  return { feed, hub, watcher, polls };
};

it('tells each watcher of what it watches, and of each secret once for each answer', async () => {
  const { feed, hub, watcher, polls } = setUp();
  const [one, many, other] = [watcher({ name: 'a' }), watcher(), watcher({ accountId: '111111111111' })];
  for (const each of [one, many, other]) hub.add(each);
  feed.waiting.push([change('a'), change('b'), change('a'), change('c', { region: 'eu-west-1' })]);
  await polls(3);
  expect([one.heard, many.heard, other.heard]).toEqual([['a'], ['a', 'b'], []]);
  expect(hub.position).toEqual({ seen: 4, missing: [] });
  await hub.close();
});

it('asks nothing while nobody watches, and begins anew with the next watcher', async () => {
  const { feed, hub, watcher, polls } = setUp();
  expect(feed.asked).toBe(0);
  const one = watcher();
  hub.add(one);
  await hub.isUnderWay;
  hub.remove(one);
  await pollUntil(() => feed.restarts === 1, 5_000, 1);
  // Its last question may be under way.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const asked = feed.asked;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(feed.asked).toBe(asked);
  hub.add(one);
  await polls(2);
  expect(feed.restarts).toBe(2);
  await hub.close();
});

it('goes on after a failure, and says so', async () => {
  jest.useFakeTimers();
  try {
    const feed = new FakeFeed();
    const warnings: string[] = [];
    const hub = new ChangeHub(feed, 'us-east-1', { ...silentLogger, warn: (message) => void warnings.push(message) });
    const heard: string[] = [];
    feed.waiting.push(new Error('away'), [change('a')]);
    hub.add({ accountId: '000000000000', changed: ({ name }) => void heard.push(name) });
    await jest.advanceTimersByTimeAsync(0);
    expect([heard, warnings]).toEqual([[], ['changes of secrets could not be read']]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(heard).toEqual(['a']);
    const closed = hub.close();
    await jest.advanceTimersByTimeAsync(1_000);
    await closed;
  } finally {
    jest.useRealTimers();
  }
});

it('misses no watcher that comes at the moment at which nobody is left', async () => {
  jest.useFakeTimers();
  try {
    const feed = new FakeFeed();
    const hub = new ChangeHub(feed, 'us-east-1', silentLogger, 1);
    const heard: string[] = [];
    const watcher: Watcher = { accountId: '000000000000', changed: ({ name }) => void heard.push(name) };
    for (let turns = 0; turns < 12; turns++) {
      hub.add(watcher);
      await jest.advanceTimersByTimeAsync(0);
      hub.remove(watcher);
      jest.advanceTimersByTime(1);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      hub.add(watcher);
      feed.waiting.push([change(`after ${turns}`)]);
      await jest.advanceTimersByTimeAsync(5);
      expect(heard.at(-1)).toBe(`after ${turns}`);
      hub.remove(watcher);
      await jest.advanceTimersByTimeAsync(5);
    }
    await hub.close();
  } finally {
    jest.useRealTimers();
  }
});

it('tells many watchers of one secret in several turns, and says that it has only afterwards', async () => {
  const { feed, hub, watcher, polls } = setUp();
  const many = Array.from({ length: 200 }, () => watcher({ name: 'a' }));
  for (const each of many) hub.add(each);
  await hub.isUnderWay;
  feed.waiting.push([change('a')]);
  const counts = new Set<number>();
  const told = () => many.filter(({ heard }) => heard.length > 0).length;
  while (told() < many.length) {
    counts.add(told());
    expect(hub.position?.seen).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(counts.size).toBeGreaterThan(2);
  await polls(1);
  expect(hub.position?.seen).toBe(1);
  await hub.close();
});

it('reads on at once while there is more', async () => {
  const { feed, hub, watcher } = setUp();
  const many = watcher();
  feed.waiting.push([change('a')], [change('b')], [change('c')]);
  hub.add(many);
  await pollUntil(() => many.heard.length === 3, 5_000, 1);
  expect(many.heard).toEqual(['a', 'b', 'c']);
  await hub.close();
});
