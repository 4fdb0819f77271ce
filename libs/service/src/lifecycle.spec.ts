import { ManualScheduler } from '@strongroom/access';
import { type Logger, silentLogger } from '@strongroom/telemetry';
import { Lifecycle } from './lifecycle';

/** The events in their order. */
let events: string[];
let scheduler: ManualScheduler;
let logged: unknown[][];
let lifecycle: Lifecycle;

beforeEach(() => {
  events = [];
  logged = [];
  scheduler = new ManualScheduler();
  const logger: Logger = { ...silentLogger, error: (...line) => void logged.push(line) };
  lifecycle = new Lifecycle({ logger, scheduler });
});

const part = (name: string) => ({
  async close() {
    events.push(`${name} closes`);
    await Promise.resolve();
    events.push(`${name} is closed`);
  },
});
const failing = (message: string) => ({ close: () => Promise.reject(new Error(message)) });
const hanging = { close: () => new Promise<void>(() => undefined) };

it('closes what was started last first, each when the one before it is closed', async () => {
  const first = part('first');
  expect(lifecycle.own('first', first)).toBe(first);
  lifecycle.own('second', part('second'));
  lifecycle.own('third', 'a resource', (it) => void events.push(`${it} is let go`));
  await lifecycle.stop(0);
  expect(events).toEqual(['a resource is let go', 'second closes', 'second is closed', 'first closes', 'first is closed']);
});

it('drains all that takes work in at the same time, each with the whole grace, before anything is closed', async () => {
  const ends: (() => void)[] = [];
  lifecycle.own('store', part('store'));
  for (const name of ['calls', 'jobs']) {
    lifecycle.onDrain(name, (graceMs) => {
      events.push(`${name} drain for ${graceMs} ms`);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  }
  const stopped = lifecycle.stop(7_000);
  await scheduler.advance(0);
  expect(events).toEqual(['calls drain for 7000 ms', 'jobs drain for 7000 ms']);
  ends[0]!();
  await scheduler.advance(0);
  expect(events).toHaveLength(2);
  ends[1]!();
  await stopped;
  expect(events.slice(2)).toEqual(['store closes', 'store is closed']);
});

it('serves once all has started, and no more when the stop begins, before anything has drained', async () => {
  expect(lifecycle.isServing).toBe(false);
  lifecycle.serving();
  expect(lifecycle.isServing).toBe(true);
  lifecycle.onDrain('calls', () => void events.push(`drains, serving: ${lifecycle.isServing}`));
  const stopped = lifecycle.stop(0);
  expect(lifecycle.isServing).toBe(false);
  await stopped;
  expect(events).toEqual(['drains, serving: false']);
});

it('stops once, however often it is told', async () => {
  lifecycle.own('store', part('store'));
  await Promise.all([lifecycle.stop(0), lifecycle.stop(0)]);
  await lifecycle.stop(0);
  expect(events).toEqual(['store closes', 'store is closed']);
});

it('stops all others when one fails, at once or later, and then says which', async () => {
  lifecycle.onDrain('calls', () => {
    throw new Error('no drain');
  });
  lifecycle.own('store', part('store'));
  lifecycle.own('journal', failing('no journal'));
  await expect(lifecycle.stop(0)).rejects.toThrow('calls: no drain; journal: no journal');
  expect(events).toEqual(['store closes', 'store is closed']);
  expect(logged).toMatchObject([
    ['a part of the service did not stop', { name: 'calls', error: new Error('no drain') }],
    ['a part of the service did not stop', { name: 'journal', error: new Error('no journal') }],
  ]);
});

it('leaves a part behind that hangs, after 10 s and its grace', async () => {
  let failure: unknown;
  lifecycle.own('store', part('store'));
  lifecycle.own('pool', hanging);
  lifecycle.onDrain('calls', hanging.close);
  const stopped = lifecycle.stop(5_000).catch((error: unknown) => (failure = error));
  await scheduler.advance(14_999);
  await scheduler.advance(1);
  expect(events).toEqual([]);
  await scheduler.advance(9_999);
  expect(events).toEqual([]);
  await scheduler.advance(1);
  await stopped;
  expect(events).toEqual(['store closes', 'store is closed']);
  expect(failure).toEqual(new Error('calls: not stopped within 15000 ms; pool: not stopped within 10000 ms'));
});

it('does not keep what is started after the stop has begun', async () => {
  await lifecycle.stop(0);
  lifecycle.own('late', part('late'));
  lifecycle.onDrain('late calls', () => void events.push('late calls drain'));
  await scheduler.advance(0);
  expect(events).toEqual(expect.arrayContaining(['late is closed', 'late calls drain']));
});
