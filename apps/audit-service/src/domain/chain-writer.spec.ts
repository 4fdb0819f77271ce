import { chained } from './chain';
import { ChainWriter } from './chain-writer';
import { encoded, InMemoryTrail, testEvent } from './trail.testing';

const names = (trail: InMemoryTrail, accountId?: string) => trail.ofAccount(accountId).map((row) => chained(row).event.eventName);
const sequences = (trail: InMemoryTrail, accountId?: string) => trail.ofAccount(accountId).map((row) => row.sequence);
const events = (...eventNames: string[]) => eventNames.map((eventName) => encoded(testEvent({ eventName })));

it('numbers events in their order, each account from 1', async () => {
  const trail = new InMemoryTrail();
  const writer = new ChainWriter(trail);
  const [a, b, c] = events('a', 'b', 'c');
  const other = encoded(testEvent({ recipientAccountId: '111111111111' }));
  await writer.append([a!, other, b!]);
  const heads = await writer.append([c!]);
  expect(names(trail)).toEqual(['a', 'b', 'c']);
  expect(sequences(trail)).toEqual([1, 2, 3]);
  expect(sequences(trail, '111111111111')).toEqual([1]);
  expect(heads).toMatchObject([{ accountId: '000000000000', sequence: 3 }]);
});

it('leaves out what is in the trail already', async () => {
  const trail = new InMemoryTrail();
  const [a, b, c] = events('a', 'b', 'c');
  await new ChainWriter(trail).append([a!, b!]);
  const heads = await new ChainWriter(trail).append([a!, b!, c!]);
  expect(names(trail)).toEqual(['a', 'b', 'c']);
  expect(heads).toMatchObject([{ sequence: 3 }]);
  expect(await new ChainWriter(trail).append([a!, b!])).toEqual([]);
});

it('takes an event that comes twice once', async () => {
  const trail = new InMemoryTrail();
  const [a] = events('a');
  await new ChainWriter(trail).append([a!, a!]);
  expect(names(trail)).toEqual(['a']);
});

it('goes behind what another writer was quicker to add', async () => {
  const trail = new InMemoryTrail();
  const writer = new ChainWriter(trail);
  await writer.append(events('a'));
  const [b, c, d] = events('b', 'c', 'd');
  trail.beforeAppend = async () => void (await new ChainWriter(trail).append([b!, c!]));
  await writer.append([c!, d!]);
  expect(names(trail)).toEqual(['a', 'b', 'c', 'd']);
  expect(sequences(trail)).toEqual([1, 2, 3, 4]);
});

it('gives up when others never let it in', async () => {
  const trail = new InMemoryTrail();
  const quicker = () => {
    trail.beforeAppend = undefined;
    return new ChainWriter(trail).append(events('x')).then(() => void (trail.beforeAppend = quicker));
  };
  trail.beforeAppend = quicker;
  await expect(new ChainWriter(trail).append(events('a'))).rejects.toMatchObject({ kind: 'unavailable' });
});

it('forgets what it knew after a failure that is no conflict', async () => {
  const trail = new InMemoryTrail();
  const writer = new ChainWriter(trail);
  const [a, b] = events('a', 'b');
  trail.beforeAppend = async () => {
    // COMMIT arrived, its answer did not.
    await new ChainWriter(trail).append([a!]);
    throw new Error('the database went away during the commit');
  };
  await expect(writer.append([a!])).rejects.toThrow('went away');
  await writer.append([a!, b!]);
  expect(names(trail)).toEqual(['a', 'b']);
});
