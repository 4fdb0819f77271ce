import { ManualScheduler } from '@strongroom/access';
import { ChangeFeed, type ChangeLog, type Changes, POLL_INTERVAL, VOUCHED_AGE } from './change-feed';

class FakeLog implements ChangeLog {
  entries: { revision: number; subject: string }[] = [];
  revision = 7;
  purgedUpTo = 0;
  polls = 0;
  failing = false;
  /** While set, polls wait for it. */
  slow?: Promise<void>;

  write(...subjects: string[]): void {
    this.revision++;
    this.entries.push(...subjects.map((subject) => ({ revision: this.revision, subject })));
  }

  async since(revision: number): Promise<Changes> {
    this.polls++;
    await this.slow;
    if (this.failing) throw new Error('away');
    const entries = revision < this.purgedUpTo ? undefined : this.entries.filter((entry) => entry.revision > revision);
    return { revision: this.revision, entries };
  }
}

const setup = async () => {
  const log = new FakeLog();
  const scheduler = new ManualScheduler();
  const feed = new ChangeFeed(log, scheduler);
  await feed.start();
  const heard: (readonly string[] | 'all')[] = [];
  let heartbeats = 0;
  feed.subscribe({ changed: (subjects) => heard.push(subjects), alive: () => heartbeats++ });
  return { log, scheduler, feed, heard, heartbeats: () => heartbeats };
};

describe('ChangeFeed', () => {
  it('tells what changes from its beginning on, in order, and each thing once', async () => {
    const { log, scheduler, heard, feed } = await setup();
    log.write('a', 'b');
    log.write('b', 'c');
    await scheduler.advance(POLL_INTERVAL);
    log.write('d');
    await scheduler.advance(POLL_INTERVAL);
    expect(heard).toEqual([['a', 'b', 'c'], ['d']]);
    expect(feed.position).toBe(10);
  });

  it('looks at once when it is poked, also in the middle of a poll', async () => {
    const { log, scheduler, heard, feed } = await setup();
    log.write('a');
    feed.poke();
    await scheduler.advance(0);
    expect(heard).toEqual([['a']]);
    let release = () => {};
    log.slow = new Promise((resolve) => (release = resolve));
    feed.poke();
    feed.poke();
    log.write('b');
    log.slow = undefined;
    const polls = log.polls;
    release();
    await scheduler.advance(0);
    expect(heard).toEqual([['a'], ['b']]);
    expect(log.polls).toBe(polls + 1);
  });

  it('sends a heartbeat with every poll, after what the poll found', async () => {
    const { log, scheduler, heartbeats } = await setup();
    const before = heartbeats();
    await scheduler.advance(10 * POLL_INTERVAL);
    expect(heartbeats() - before).toBe(10);
    expect(POLL_INTERVAL).toBeLessThanOrEqual(250);
    log.failing = true;
    await scheduler.advance(10 * POLL_INTERVAL);
    expect(heartbeats() - before).toBe(10);
    log.failing = false;
    await scheduler.advance(POLL_INTERVAL);
    expect(heartbeats() - before).toBe(11);
  });

  it('does not vouch for a poll that took long', async () => {
    const { log, scheduler, heartbeats, heard } = await setup();
    const before = heartbeats();
    let release = () => {};
    log.slow = new Promise((resolve) => (release = resolve));
    await scheduler.advance(POLL_INTERVAL);
    log.write('late');
    scheduler.stall(VOUCHED_AGE + 1);
    log.slow = undefined;
    release();
    await scheduler.advance(0);
    expect(heard).toEqual([['late']]);
    expect(heartbeats()).toBe(before);
  });

  it('greets a new listener only while it is alive', async () => {
    const { log, scheduler, feed } = await setup();
    const greeted = () => {
      let alive = false;
      feed.subscribe({ changed: () => undefined, alive: () => (alive = true) })();
      return alive;
    };
    expect(greeted()).toBe(true);
    log.failing = true;
    await scheduler.advance(3 * POLL_INTERVAL);
    expect(greeted()).toBe(false);
  });

  it('says everything when it missed something', async () => {
    const { log, scheduler, heard, feed } = await setup();
    log.write('a');
    log.entries = [];
    log.purgedUpTo = 8;
    await scheduler.advance(POLL_INTERVAL);
    expect(heard).toEqual(['all']);
    expect(feed.touchedSince(7, ['anything'])).toBe(true);
    expect(feed.touchedSince(8, ['anything'])).toBe(false);
    // A log that went backwards is another log: of a database that was restored.
    log.revision = 3;
    await scheduler.advance(POLL_INTERVAL);
    expect(heard).toEqual(['all', 'all']);
  });

  it('knows whether an answer was touched while it was being read', async () => {
    const { log, scheduler, feed } = await setup();
    const position = feed.position;
    log.write('a');
    await scheduler.advance(POLL_INTERVAL);
    expect(feed.touchedSince(position, ['b', 'a'])).toBe(true);
    expect(feed.touchedSince(position, ['b'])).toBe(false);
    expect(feed.touchedSince(feed.position, ['a'])).toBe(false);
    expect(feed.touchedSince(position - 1, ['b'])).toBe(true);
    for (let i = 0; i < 2_500; i++) log.write(`x${i}`);
    await scheduler.advance(POLL_INTERVAL);
    // What is not remembered counts as touched.
    expect(feed.touchedSince(position, ['b'])).toBe(true);
    expect(feed.touchedSince(feed.position - 10, ['b'])).toBe(false);
  });

  it('stops', async () => {
    const { log, scheduler, heard, feed } = await setup();
    feed.stop();
    const { polls } = log;
    log.write('a');
    await scheduler.advance(10 * POLL_INTERVAL);
    expect(log.polls).toBe(polls);
    expect(heard).toEqual([]);
  });
});
