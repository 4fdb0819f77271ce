import { HOUR, MINUTE } from '@strongroom/clock';
import { silentLogger } from '@strongroom/telemetry';
import { ChainWriter } from './chain-writer';
import { Sealing } from './sealing';
import { encoded, FakeSealer, InMemoryTrail, testClock, testEvent } from './trail.testing';

const setUp = async () => {
  const trail = new InMemoryTrail();
  const sealer = new FakeSealer();
  const clock = testClock();
  const counts = { sealed: 0, failed: 0 };
  const sealing = new Sealing(trail, sealer, clock, silentLogger, {
    sealed: () => counts.sealed++,
    sealFailed: () => counts.failed++,
  });
  const writer = new ChainWriter(trail);
  const add = (recipientAccountId = '000000000000') => writer.append([encoded(testEvent({ recipientAccountId }))]);
  const tick = async (added?: number) => {
    sealing.tick(added);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const places = () => trail.sealed.map(({ accountId, sequence }) => `${accountId} ${sequence}`);
  return { trail, sealer, clock, counts, sealing, add, tick, places };
};

it('seals each chain that has grown: at the start, and each hour', async () => {
  const { add, tick, places, clock } = await setUp();
  await add();
  await add('111111111111');
  await tick();
  expect(places()).toEqual(['000000000000 1', '111111111111 1']);
  await add();
  clock.advance(HOUR - 1);
  await tick();
  expect(places()).toHaveLength(2);
  clock.advance(1);
  await tick();
  expect(places()).toEqual(['000000000000 1', '111111111111 1', '000000000000 2']);
});

it('seals after many events', async () => {
  const { add, tick, places } = await setUp();
  await add();
  await tick();
  await add();
  await tick(9_999);
  expect(places()).toHaveLength(1);
  await tick(1);
  expect(places()).toHaveLength(2);
});

it('tries again each minute, and counts the failures', async () => {
  const { add, tick, places, sealer, counts, clock } = await setUp();
  await add();
  sealer.away = true;
  await tick();
  await tick(20_000);
  expect(counts).toEqual({ sealed: 0, failed: 1 });
  sealer.away = false;
  clock.advance(MINUTE);
  await tick();
  expect(places()).toEqual(['000000000000 1']);
  expect(counts).toEqual({ sealed: 1, failed: 1 });
});

it('seals on demand, and never fails', async () => {
  const { add, sealing, sealer, places } = await setUp();
  await add();
  sealer.away = true;
  await sealing.sealAll();
  sealer.away = false;
  await sealing.sealAll();
  expect(places()).toHaveLength(1);
});
