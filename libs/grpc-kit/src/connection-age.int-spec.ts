import { LookupEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { callUnary } from './index';
import { TestServer, answer } from './server.testing';

const request = LookupEventsRequest.fromPartial({});
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('drops no call when connections come of age', async () => {
  // Of a peer the server makes one object for each connection.
  const connections = new Set<unknown>();
  const lookup = async (_request: LookupEventsRequest, call: { peer: unknown }) => {
    connections.add(call.peer);
    await pause(3);
    return answer('served');
  };
  const test = await TestServer.start({ lookup }, { maxConnectionAgeMs: 150 });
  try {
    const client = test.audit(await test.user());
    let answered = 0;
    const until = Date.now() + 1_500;
    const loop = async () => {
      while (Date.now() < until) {
        // Not idempotent: nothing is repeated here, so that a dropped call shows.
        await callUnary(client.lookupEvents.bind(client), request);
        answered++;
      }
    };
    await Promise.all(Array.from({ length: 16 }, loop));
    expect(answered).toBeGreaterThan(100);
    expect(connections.size).toBeGreaterThan(3);
  } finally {
    await test.stop();
  }
});
