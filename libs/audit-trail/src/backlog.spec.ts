import { Backlog } from './backlog';

it('lets one account fill half of the journal, and then adds a hundredth', () => {
  const backlog = new Backlog(1_000);
  let length = 0;
  while (!backlog.hasHadShare('greedy')) backlog.appended(['greedy'], ++length);
  expect(length).toBe(509);
  expect([backlog.hasHadShare('quiet'), backlog.isFull]).toEqual([false, false]);
});

it('counts for each account its part of the entries that it shares with others', () => {
  const backlog = new Backlog(1_000);
  backlog.lookedAt(600);
  for (let entry = 1; entry <= 11; entry++) backlog.appended(['greedy', 'greedy', 'greedy', 'quiet'], 600 + entry);
  expect([backlog.hasHadShare('greedy'), backlog.hasHadShare('quiet')]).toEqual([false, false]);
  for (let entry = 12; entry <= 14; entry++) backlog.appended(['greedy', 'greedy', 'greedy', 'quiet'], 600 + entry);
  expect([backlog.hasHadShare('greedy'), backlog.hasHadShare('quiet')]).toEqual([true, false]);
});

it('forgets what everybody added once there is room again', () => {
  const backlog = new Backlog(1_000);
  for (let length = 500; length < 520; length++) backlog.appended(['greedy'], length);
  backlog.lookedAt(500);
  expect(backlog.hasHadShare('greedy')).toBe(true);
  backlog.lookedAt(499);
  expect(backlog.hasHadShare('greedy')).toBe(false);
});

it('is full at its limit, however many add to it', () => {
  const backlog = new Backlog(1_000);
  backlog.appended(['a'], 999);
  expect(backlog.isFull).toBe(false);
  backlog.appended(['b'], 1_000);
  expect(backlog.isFull).toBe(true);
});
