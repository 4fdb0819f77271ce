import { LookupEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { eventually } from '@strongroom/testing';
import { callUnary } from './index';
import { RawClient } from './raw-client.testing';
import { answer, TestServer } from './server.testing';

const request = LookupEventsRequest.fromPartial({});

let first: TestServer;
let second: TestServer;

beforeEach(async () => {
  first = await TestServer.start({ lookup: async () => answer('first') });
  second = await TestServer.start({ lookup: async () => answer('second') }, {}, first.pki);
});
afterEach(async () => {
  await second.server.close();
  await first.stop();
});

/** Who answers the next calls of a client. */
const asker = async () => {
  const client = first.audit(await first.user(), `127.0.0.1:${first.server.port},127.0.0.1:${second.server.port}`);
  return async (calls = 8, timeoutMs = 10_000): Promise<string[]> => {
    const seen = new Set<string>();
    for (let i = 0; i < calls; i++)
      seen.add((await callUnary(client.lookupEvents.bind(client), request, { timeoutMs })).nextToken);
    return [...seen].sort();
  };
};

it('leaves an instance that says that it does not serve, and comes back to it', async () => {
  const ask = await asker();
  await eventually('both answer', async () => (await ask()).length === 2);
  second.server.health.set('not-serving');
  await eventually('the second is left', async () => (await ask()).join() === 'first');
  second.server.health.set('serving');
  await eventually('the second is back', async () => (await ask()).length === 2);
});

it('waits while no instance serves', async () => {
  const ask = await asker();
  await eventually('both answer', async () => (await ask()).length === 2);
  for (const { server } of [first, second]) server.health.set('not-serving');
  const waits = () =>
    ask(1, 300).then(
      () => false,
      () => true,
    );
  await eventually('calls wait', waits);
  const waiting = ask(1);
  first.server.health.set('serving');
  expect(await waiting).toEqual(['first']);
});

it('goes on when an instance is gone, and finds it again', async () => {
  const ask = await asker();
  await eventually('both answer', async () => (await ask()).length === 2);
  const { port } = second.server;
  await second.server.close();
  await eventually('the first answers all', async () => (await ask().catch(() => [])).join() === 'first');
  second = await TestServer.start({ lookup: async () => answer('second') }, { listen: `127.0.0.1:${port}` }, first.pki);
  await eventually('the second is back', async () => (await ask()).length === 2);
});

it('ends a connection of some age, and no call with it', async () => {
  const old = await TestServer.start({ lookup: async () => answer('old') }, { bounds: { connectionMs: 200 } }, first.pki);
  try {
    const client = old.audit(await old.user());
    const raw = await RawClient.connect(old.server.port, await old.user());
    let isOver = false;
    const calls = async () => {
      // Not idempotent: a call that was lost would show.
      while (!isOver) expect(await callUnary(client.lookupEvents.bind(client), request)).toEqual(answer('old'));
    };
    const loops = Array.from({ length: 8 }, calls);
    await raw.closed;
    const again = await RawClient.connect(old.server.port, await old.user());
    await again.closed;
    isOver = true;
    await Promise.all(loops);
  } finally {
    await old.server.close();
  }
});
