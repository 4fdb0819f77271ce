import { MINUTE } from '@strongroom/clock';
import { internalServiceError, serviceUnavailable } from '@strongroom/errors';
import { ChainWriter } from './chain-writer';
import { feed, type Batch } from './feed';
import { encoded, InMemoryTrail, testClock, testEvent } from './trail.testing';

const [ONE, OTHER] = ['100000000000', '200000000000'];

const setUp = (after: Record<string, number> = {}) => {
  const trail = new InMemoryTrail();
  const writer = new ChainWriter(trail);
  const clock = testClock();
  const leaving = new AbortController();
  const unreadable: string[] = [];
  /** What happens between two looks, one after the other; then the consumer leaves. */
  const meanwhile: (() => Promise<unknown> | void)[] = [];
  const add = (accountId: string, count: number) =>
    writer.append(Array.from({ length: count }, () => encoded(testEvent({ recipientAccountId: accountId }))));
  const batches = async (): Promise<Batch[]> => {
    const all: Batch[] = [];
    const options = {
      reader: trail,
      after: new Map(Object.entries(after)),
      signal: leaving.signal,
      clock,
      unreadable: (accountId: string) => void unreadable.push(accountId),
      pause: async () => {
        const next = meanwhile.shift();
        if (next) await next();
        else leaving.abort();
      },
    };
    for await (const batch of feed(options)) all.push(batch);
    return all;
  };
  const places = (all: readonly Batch[]) =>
    all.map(({ accountId, events }) => [accountId, events[0]!.sequence, events.at(-1)!.sequence]);
  return { trail, clock, unreadable, meanwhile, add, batches, places };
};

it('hands over the events of all accounts in the order of their chains, by turns', async () => {
  const { add, batches, places } = setUp();
  await add(ONE, 600);
  await add(OTHER, 3);
  expect(places(await batches())).toEqual([
    [ONE, 1, 256],
    [OTHER, 1, 3],
    [ONE, 257, 512],
    [ONE, 513, 600],
  ]);
});

it('begins after what the consumer has, within a block too', async () => {
  const { add, batches, places } = setUp({ [ONE]: 3, [OTHER]: 2 });
  await add(ONE, 5);
  await add(OTHER, 2);
  expect(places(await batches())).toEqual([[ONE, 4, 5]]);
});

it('goes on with what comes, of accounts that are new as well', async () => {
  const { add, batches, places, meanwhile } = setUp();
  await add(ONE, 2);
  meanwhile.push(
    () => add(ONE, 8),
    () => undefined,
    () => add(OTHER, 1),
  );
  const all = await batches();
  expect(all.filter(({ accountId }) => accountId === ONE).flatMap(({ events }) => events.map((e) => e.sequence))).toEqual(
    Array.from({ length: 10 }, (_, i) => i + 1),
  );
  expect(places(all).at(-1)).toEqual([OTHER, 1, 1]);
});

it('reads nothing where nothing is new', async () => {
  const { trail, add, batches, meanwhile } = setUp();
  await add(ONE, 5);
  const [heads, after] = [jest.spyOn(trail, 'heads'), jest.spyOn(trail, 'after')];
  meanwhile.push(...Array.from({ length: 10 }, () => () => undefined));
  await batches();
  expect(heads).toHaveBeenCalledTimes(1);
  expect(after).toHaveBeenCalledTimes(1);
});

it('goes on with other accounts where one has a damaged block, and tries that one again', async () => {
  const { trail, clock, add, batches, places, meanwhile, unreadable } = setUp();
  await add(ONE, 4);
  await add(OTHER, 4);
  const damage = jest.spyOn(trail, 'after').mockImplementationOnce(() => Promise.reject(internalServiceError('damaged')));
  meanwhile.push(
    () => add(OTHER, 8),
    () => clock.advance(MINUTE),
  );
  expect(places(await batches())).toEqual([
    [OTHER, 1, 4],
    [OTHER, 5, 12],
    [ONE, 1, 4],
  ]);
  expect(unreadable).toEqual([ONE]);
  expect(damage).toHaveBeenCalledTimes(4);
});

it('does not spin where events are missing that should be there', async () => {
  const { trail, add, batches, meanwhile } = setUp();
  await add(ONE, 4);
  const after = jest.spyOn(trail, 'after').mockResolvedValue([]);
  meanwhile.push(() => undefined);
  expect(await batches()).toEqual([]);
  expect(after).toHaveBeenCalledTimes(1);
});

it('ends when the trail cannot be read', async () => {
  const { trail, add, batches } = setUp();
  await add(ONE, 4);
  jest.spyOn(trail, 'after').mockRejectedValue(serviceUnavailable('away'));
  await expect(batches()).rejects.toMatchObject({ kind: 'unavailable' });
});
