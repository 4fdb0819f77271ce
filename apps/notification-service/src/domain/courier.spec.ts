import { DAY, HOUR, ManualClock, MINUTE } from '@strongroom/clock';
import { SeededRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import { Courier } from './courier';
import { type Delivery, DeliveryFailure, PermanentFailure } from './delivery';
import { InMemoryDeliveryStore } from './in-memory-delivery-store.testing';

const accountId = '000000000000';
const never = new AbortController().signal;

let clock: ManualClock;
let store: InMemoryDeliveryStore;
let sent: string[];
let outcomes: string[];
let send: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
let courier: Courier;
let holders = 0;

beforeEach(() => {
  clock = new ManualClock();
  store = new InMemoryDeliveryStore();
  sent = [];
  outcomes = [];
  send = async () => undefined;
  courier = new Courier({
    store,
    senders: {
      webhook: {
        send: (delivery, signal) => {
          sent.push(delivery.messageId);
          return send(delivery, signal);
        },
      },
    },
    clock,
    random: new SeededRandom('courier'),
    newHolder: () => `holder-${++holders}`,
    metrics: { tried: (_, outcome) => outcomes.push(outcome) },
    logger: silentLogger,
  });
});

const add = (messageId: string, orderingKey = 'secret', id = 'hook') =>
  store.add(
    { accountId, destination: { kind: 'webhook', id }, orderingKey, messageId, payload: '{}' },
    clock.now(),
    new Date(clock.millis() + DAY),
  );
const visit = (signal = never, id = 'hook', account = accountId) =>
  courier.visit({ accountId: account, destination: { kind: 'webhook', id } }, signal);

it('delivers in order, and leaves nothing', async () => {
  for (const message of ['1', '2', '3']) add(message);
  expect(await visit()).toBe(true);
  expect(sent).toEqual(['1', '2', '3']);
  expect(await visit()).toBe(true);
  expect(sent).toHaveLength(3);
});

it('waits longer after each failure, and lets nothing of the lane pass; other lanes go on', async () => {
  send = async ({ messageId }) => {
    if (messageId === '1') throw new DeliveryFailure('ReceiverRefused', 'x');
  };
  add('1');
  add('2');
  add('a', 'other');
  await visit();
  expect(sent.sort()).toEqual(['1', 'a']);
  clock.advance(10_000);
  await visit();
  clock.advance(9_000);
  await visit();
  // The first wait is at most 10 s, the second 10 to 20 s.
  expect(sent.filter((message) => message === '1')).toHaveLength(2);
  clock.advance(MINUTE);
  send = async () => undefined;
  await visit();
  expect(sent.slice(-2)).toEqual(['1', '2']);
});

it('gives up within a day, after many tries, and goes on with the next', async () => {
  send = async ({ messageId }) => {
    if (messageId === '1') throw new Error('unforeseen');
  };
  add('1');
  add('2');
  for (let hour = 0; hour < 25; hour++) {
    await visit();
    clock.advance(HOUR);
  }
  expect(store.dead.map(({ messageId }) => messageId)).toEqual(['1']);
  expect(store.dead[0]!.attempts).toBeGreaterThan(20);
  expect(sent.at(-1)).toBe('2');
});

it('makes a dead letter at once where no further try can succeed', async () => {
  send = async ({ messageId }) => {
    if (messageId === '1') throw new PermanentFailure('ReceiverGone', 'x');
  };
  add('1');
  add('2');
  expect(await visit()).toBe(true);
  expect(outcomes).toEqual(['dead', 'delivered']);
});

it('sends again with the same id what a worker has sent and not acknowledged before it died', async () => {
  add('1');
  const killed = jest.spyOn(store, 'delivered').mockRejectedValueOnce(new Error('killed'));
  await expect(visit()).rejects.toThrow('killed');
  killed.mockRestore();
  // Until the dead worker has been silent for long enough, the lane is its.
  expect(await visit()).toBe(true);
  expect(sent).toEqual(['1']);
  clock.advance(MINUTE);
  await visit();
  expect(sent).toEqual(['1', '1']);
});

it('does not count a try that the end of the process has cut off', async () => {
  const stop = new AbortController();
  send = (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DeliveryFailure('x', 'x'))));
  add('1');
  const visiting = visit(stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await visiting).toBe(false);
  expect(outcomes).toEqual([]);
  send = async () => undefined;
  await visit();
  expect(outcomes).toEqual(['delivered']);
});

it('lets an account whose receivers hang wait for itself alone', async () => {
  const releases: (() => void)[] = [];
  send = () => new Promise((resolve) => releases.push(resolve));
  const hanging = Array.from({ length: 8 }, (_, i) => {
    add(`h${i}`, 'secret', `hanging-${i}`);
    return visit(never, `hanging-${i}`);
  });
  await new Promise((resolve) => setImmediate(resolve));
  add('mine', 'secret', 'ninth');
  expect(await visit(never, 'ninth')).toBe(false);
  send = async () => undefined;
  add('theirs', 'secret', 'theirs');
  expect(await visit(never, 'theirs', '111111111111')).toBe(true);
  expect(sent.at(-1)).toBe('theirs');
  for (const release of releases) release();
  await Promise.all(hanging);
});
