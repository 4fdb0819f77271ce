import { ManualScheduler } from '@strongroom/access';
import { DAY, HOUR, ManualClock, MINUTE } from '@strongroom/clock';
import { type Expiring, purgeExpired, purgeRegularly } from './retention';

class FakeStore implements Expiring {
  sessions = 0;
  calls: [string, Date, number][] = [];
  async purgeSessions(instant: Date, limit: number): Promise<number> {
    this.calls.push(['sessions', instant, limit]);
    const removed = Math.min(this.sessions, limit);
    this.sessions -= removed;
    return removed;
  }
  async purgeSignIns(instant: Date, limit: number): Promise<number> {
    this.calls.push(['sign-ins', instant, limit]);
    return 0;
  }
  async purgeNetworks(instant: Date, limit: number): Promise<number> {
    this.calls.push(['networks', instant, limit]);
    return 0;
  }
  async purgeChanges(instant: Date, limit: number): Promise<number> {
    this.calls.push(['changes', instant, limit]);
    return 0;
  }
}

it('removes what has expired in batches, until there is no more', async () => {
  const store = new FakeStore();
  const clock = new ManualClock();
  store.sessions = 2_500;
  expect(await purgeExpired(store, clock)).toBe(2_500);
  const now = clock.now();
  expect(store.calls).toEqual([
    ['sessions', now, 1_000],
    ['sessions', now, 1_000],
    ['sessions', now, 1_000],
    ['sign-ins', now, 1_000],
    ['networks', new Date(now.getTime() - 90 * DAY), 1_000],
    ['changes', new Date(now.getTime() - HOUR), 1_000],
  ]);
});

it('does so every minute, also after it failed, until it is stopped', async () => {
  const store = new FakeStore();
  const scheduler = new ManualScheduler();
  const failures: unknown[] = [];
  const stop = purgeRegularly(store, new ManualClock(), scheduler, (error) => failures.push(error));
  await scheduler.advance(MINUTE);
  expect(store.calls).toHaveLength(4);
  const works = store.purgeSessions.bind(store);
  store.purgeSessions = () => Promise.reject(new Error('away'));
  await scheduler.advance(MINUTE);
  expect(failures).toHaveLength(1);
  store.purgeSessions = works;
  await scheduler.advance(MINUTE);
  expect(store.calls).toHaveLength(8);
  stop();
  await scheduler.advance(10 * MINUTE);
  expect(store.calls).toHaveLength(8);
});
