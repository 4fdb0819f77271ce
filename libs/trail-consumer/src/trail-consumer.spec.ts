import { setTimeout as sleep } from 'node:timers/promises';
import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { LeaseLost, type Statements } from '@strongroom/database';
import { silentLogger } from '@strongroom/telemetry';
import { eventually } from '@strongroom/testing';
import { TrailConsumer, type TrailEvent } from './trail-consumer';

const ACCOUNTS = ['000000000001', '000000000002'];
const EVENTS = 40;
const eventOf = (sequence: number): TrailEvent =>
  Event.fromPartial({ sequence: BigInt(sequence), eventTime: new Date(sequence) });

/** What is stored: places and taken events change together, or not at all. */
class Store {
  places = new Map<string, number>();
  taken: string[] = [];
  /** Called before the work, before COMMIT, and after it; throws to kill. */
  fault: (moment: 'begin' | 'commit' | 'committed') => void = () => undefined;

  all = async () => new Map(this.places);

  begin = async (heads: () => Promise<ReadonlyMap<string, number>>) => {
    if (this.places.size === 0) this.places = new Map(await heads());
  };

  advance = async (accountId: string, work: (tx: Statements, place: number) => Promise<number>) => {
    this.fault('begin');
    const written: string[] = [];
    const place = this.places.get(accountId) ?? 0;
    const next = await work({ written } as never, place);
    this.fault('commit');
    this.places.set(accountId, next);
    this.taken.push(...written);
    this.fault('committed');
  };

  sink = {
    take: async (tx: Statements, accountId: string, events: readonly TrailEvent[]) => {
      await sleep(0);
      const { written } = tx as never as { written: string[] };
      written.push(...events.map(({ sequence }) => `${accountId} ${sequence}`));
    },
  };
}

/** Pages of three, which overlap with what was asked for, as after the place of another process. */
async function* pages(after: { [account: string]: bigint }, signal?: AbortSignal) {
  for (let first = 1; first <= EVENTS; first += 3) {
    for (const accountId of ACCOUNTS) {
      const events = [first, first + 1, first + 2].filter((sequence) => sequence <= EVENTS).map(eventOf);
      if (events.at(-1)!.sequence > (after[accountId] ?? 0n)) yield { accountId, events };
    }
  }
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
}

const feed = {
  followTrails: ({ after }: { after: { [account: string]: bigint } }, options?: { signal?: AbortSignal }) =>
    pages(after, options?.signal),
  listTrailHeads: async () => ({ sequences: { [ACCOUNTS[0]!]: 38n } }),
};

const everything = ACCOUNTS.flatMap((accountId) => Array.from({ length: EVENTS }, (_, index) => `${accountId} ${index + 1}`));

const consumerOf = (store: Store, some: Partial<ConstructorParameters<typeof TrailConsumer>[0]> = {}) =>
  new TrailConsumer({
    feed,
    places: store,
    lock: { hold: async () => true, guard: async () => undefined, release: async () => undefined },
    sink: store.sink,
    logger: silentLogger,
    retries: { first: 1, longest: 2 },
    ...some,
  });

const ended = (store: Store) => ACCOUNTS.every((accountId) => store.places.get(accountId) === EVENTS);

it.each(['begin', 'commit', 'committed'] as const)(
  'takes every event once, in order, when killed at every third %s',
  async (when) => {
    const store = new Store();
    let moments = 0;
    store.fault = (moment) => {
      if (moment === when && ++moments % 3 === 0) throw new Error('killed');
    };
    const consumer = consumerOf(store);
    consumer.start();
    await eventually('the end', () => ended(store));
    await consumer.stop();
    expect(store.taken.filter((one) => one.startsWith(ACCOUNTS[0]!))).toEqual(everything.slice(0, EVENTS));
    expect([...store.taken].sort()).toEqual([...everything].sort());
  },
);

it('goes on after the stream has failed', async () => {
  const store = new Store();
  let streams = 0;
  const consumer = consumerOf(store, {
    feed: {
      ...feed,
      async *followTrails({ after }, options) {
        const isCut = ++streams < 4;
        let count = 0;
        for await (const page of pages(after, options?.signal)) {
          yield page;
          if (isCut && ++count === 5) throw new Error('away');
        }
      },
    },
  });
  consumer.start();
  await eventually('the end', () => ended(store));
  await consumer.stop();
  expect(store.taken).toHaveLength(everything.length);
  expect(streams).toBe(4);
});

it('stands by without the lock, and stops taking when it has lost it', async () => {
  const store = new Store();
  let holds = 3;
  let released = false;
  const lock = {
    hold: async () => holds-- > 0,
    guard: async () => undefined,
    release: async () => void (released = true),
  };
  const consumer = consumerOf(store, { lock });
  consumer.start();
  await eventually('the loss', () => holds < 0);
  await consumer.stop();
  expect(store.taken).toHaveLength(6);
  expect(released).toBe(true);
});

it('stops taking, and counts no failure, when another process has taken the lock without its knowledge', async () => {
  const store = new Store();
  const log: string[] = [];
  let holds = true;
  const lock = {
    hold: async () => holds,
    guard: async () => {
      if (store.taken.length < 6) return;
      holds = false;
      throw new LeaseLost('trail');
    },
    release: async () => undefined,
  };
  const logger = { ...silentLogger, warn: (message: string) => void log.push(message) };
  const consumer = consumerOf(store, { lock, logger });
  consumer.start();
  await eventually('the loss', () => !holds);
  await consumer.stop();
  expect(store.taken).toHaveLength(6);
  expect(log).toEqual(['events of the trail could not be taken and will be tried again']);
});

it('tells of what is gone, and goes on with what is there', async () => {
  const store = new Store();
  store.places.set(ACCOUNTS[0]!, 2);
  const errors: unknown[] = [];
  const logger = { ...silentLogger, error: (...line: unknown[]) => void errors.push(line) };
  const consumer = consumerOf(store, {
    logger,
    feed: {
      ...feed,
      async *followTrails(_request, options) {
        yield { accountId: ACCOUNTS[0]!, events: [eventOf(7), eventOf(8)] };
        yield { accountId: ACCOUNTS[1]!, events: [eventOf(5)] };
        await sleep(60_000, undefined, { signal: options?.signal }).catch(() => undefined);
      },
    },
  });
  consumer.start();
  await eventually('both', () => store.taken.length === 3);
  await consumer.stop();
  expect(errors).toEqual([['events of the trail are gone before they were taken', { accountId: ACCOUNTS[0], count: 4 }]]);
});

it('begins with what happens from now on, if it is told to, and with the first event of an account that is new', async () => {
  const store = new Store();
  const consumer = consumerOf(store, { begins: 'now' });
  consumer.start();
  await eventually('the end', () => ended(store));
  await consumer.stop();
  const [first, other] = ACCOUNTS.map((accountId) => store.taken.filter((one) => one.startsWith(accountId)));
  expect(first).toEqual(everything.slice(38, EVENTS));
  expect(other).toHaveLength(EVENTS);
});

it('lets no account wait for one whose events cannot be taken, and tries that one again, a few events at a time', async () => {
  const store = new Store();
  let isWell = false;
  const sizes: number[] = [];
  const sink = {
    take: async (tx: Statements, accountId: string, events: readonly TrailEvent[]) => {
      if (accountId === ACCOUNTS[0] && !isWell) throw new Error('a rule that cannot be read');
      sizes.push(events.length);
      await store.sink.take(tx, accountId, events);
    },
  };
  const consumer = consumerOf(store, {
    sink,
    feed: {
      ...feed,
      async *followTrails({ after }, options) {
        for (const accountId of ACCOUNTS) {
          const events = Array.from({ length: EVENTS }, (_, index) => eventOf(index + 1));
          if ((after[accountId] ?? 0n) < EVENTS) yield { accountId, events };
        }
        await sleep(60_000, undefined, { signal: options?.signal }).catch(() => undefined);
      },
    },
  });
  consumer.start();
  await eventually('the other account', () => store.places.get(ACCOUNTS[1]!) === EVENTS);
  expect(store.places.get(ACCOUNTS[0]!)).toBeUndefined();
  isWell = true;
  await eventually('the end', () => ended(store));
  await consumer.stop();
  expect(sizes).toEqual([EVENTS, 16, 16, 8]);
  expect([...store.taken].sort()).toEqual([...everything].sort());
});
