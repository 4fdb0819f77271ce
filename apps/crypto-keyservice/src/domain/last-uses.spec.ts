import { ManualClock } from '@strongroom/clock';
import { silentLogger } from '@strongroom/telemetry';
import { LastUses, MAX_PENDING, type LastUse } from './last-uses';

const use = (keyId: string, operation = 'Encrypt') => ({ keyId, operation, eventId: 'e', requestId: 'r' });

function setUp() {
  const kept: LastUse[][] = [];
  const store = {
    fails: false,
    keep(uses: readonly LastUse[]) {
      if (store.fails) return Promise.reject(new Error('away'));
      kept.push([...uses]);
      return Promise.resolve();
    },
    find: () => Promise.resolve(undefined),
  };
  const clock = new ManualClock();
  return { kept, store, clock, uses: new LastUses(store, clock, silentLogger) };
}

it('writes the last of many uses of a key', async () => {
  const { uses, kept, clock } = setUp();
  uses.note(use('a'));
  clock.advance(1);
  uses.note(use('a', 'Decrypt'));
  await uses.close();
  expect(kept).toEqual([[{ ...use('a', 'Decrypt'), usedAt: clock.now() }]]);
});

it('keeps what could not be written, unless there was a later use', async () => {
  const { uses, kept, store } = setUp();
  store.fails = true;
  uses.note(use('a'));
  uses.note(use('b'));
  await uses.flush();
  uses.note(use('b', 'Decrypt'));
  expect(await uses.of('a')).toMatchObject(use('a'));
  store.fails = false;
  await uses.close();
  expect(kept.flat()).toMatchObject([use('a'), use('b', 'Decrypt')]);
});

it('holds so many keys and no more', async () => {
  const { uses, kept } = setUp();
  for (let i = 0; i < MAX_PENDING + 10; i++) uses.note(use(`key-${i}`));
  uses.note(use('key-0', 'Decrypt'));
  await uses.close();
  expect(kept.flat()).toHaveLength(MAX_PENDING);
  expect(kept.flat().find(({ keyId }) => keyId === 'key-0')?.operation).toBe('Decrypt');
});
