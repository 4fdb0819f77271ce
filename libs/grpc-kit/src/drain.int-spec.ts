import { status } from '@grpc/grpc-js';
import { LookupEventsRequest, StreamEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { StreamDataKeysRequest, type StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { eventually } from '@strongroom/testing';
import { callUnary, fromStatus } from './index';
import { TestServer, answer, event, outcome } from './server.testing';

const request = LookupEventsRequest.fromPartial({});
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

let test: TestServer;
afterEach(() => test.stop());

it('lets the calls in flight finish', async () => {
  let finish: () => void;
  const released = new Promise<void>((resolve) => (finish = resolve));
  test = await TestServer.start({ lookup: () => released.then(() => answer('finished')) });
  const client = test.audit(await test.user());
  const calls = Array.from({ length: 20 }, () => callUnary(client.lookupEvents.bind(client), request));
  await eventually('twenty calls are under way', () => test.metrics.inFlight === 20);
  setTimeout(() => finish(), 300);
  await test.server.drain(5_000);
  expect(test.metrics.inFlight).toBe(0);
  expect(test.server.health.isServing).toBe(false);
  expect(await Promise.all(calls)).toEqual(calls.map(() => answer('finished')));
});

it('drops no call of a client that has another server to go to', async () => {
  test = await TestServer.start({ lookup: async () => (await pause(3), answer('first')) });
  const other = await TestServer.start({ lookup: async () => (await pause(3), answer('second')) }, {}, test.pki);
  try {
    const client = test.audit(await test.user(), `127.0.0.1:${test.server.port},127.0.0.1:${other.server.port}`);
    const seen = new Map<string, number>();
    let isOver = false;
    const loop = async () => {
      while (!isOver) {
        // Not idempotent: nothing is repeated here, so that a dropped call shows.
        const { nextToken } = await callUnary(client.lookupEvents.bind(client), request);
        seen.set(nextToken, (seen.get(nextToken) ?? 0) + 1);
      }
    };
    const loops = Array.from({ length: 16 }, loop);
    const calls = (server: string): number => seen.get(server) ?? 0;
    await eventually('both servers answer', () => calls('first') >= 20 && calls('second') >= 20, 30_000);
    await test.server.drain(5_000);
    const answered = calls('second');
    await eventually('the second server answers more', () => calls('second') >= answered + 20, 30_000);
    isOver = true;
    await Promise.all(loops);
  } finally {
    await other.server.close();
  }
});

it('ends by force what outlives the grace', async () => {
  let aborted = false;
  test = await TestServer.start({
    lookup: (_request, call) => {
      call.signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => undefined);
    },
  });
  const client = test.audit(await test.user());
  const call = callUnary(client.lookupEvents.bind(client), request).catch((error: unknown) => error);
  await eventually('a call is under way', () => test.metrics.inFlight > 0);
  const started = Date.now();
  await test.server.drain(300);
  expect(Date.now() - started).toBeLessThan(2_000);
  expect(await call).toMatchObject({ kind: 'unavailable' });
  await eventually('the handler is told', () => aborted);
  expect(test.log.at(-1)).toMatchObject({ message: 'calls were still running when the grace period ended', inFlight: 1 });
});

it('sends the callers of server streams elsewhere', async () => {
  test = await TestServer.start({
    follow: async function* () {
      yield event('1');
      await new Promise(() => undefined);
    },
  });
  const stream = test.audit(await test.user()).streamEvents(StreamEventsRequest.fromPartial({}));
  const end = new Promise((resolve) => stream.on('error', (error) => resolve(fromStatus(error as never))));
  await new Promise((resolve) => stream.once('data', resolve));
  await test.server.drain(5_000);
  expect(await end).toMatchObject({ kind: 'unavailable', message: 'the server is stopping: connect again' });
});

it('answers what bidirectional streams have asked, then sends them elsewhere', async () => {
  let asked = 0;
  test = await TestServer.start({
    dataKeys: async (requests, _call, send) => {
      const answers: Promise<void>[] = [];
      for await (const { batchId } of requests) {
        asked++;
        answers.push(pause(100).then(() => send(outcome(batchId))));
      }
      await Promise.all(answers);
    },
  });
  const stream = test.dataKeys(await test.service()).streamDataKeys();
  const end = new Promise<status>((resolve) => stream.on('status', ({ code }) => resolve(code)));
  stream.on('error', () => undefined);
  const answered: bigint[] = [];
  stream.on('data', ({ batchId }: StreamDataKeysResponse) => answered.push(batchId));
  stream.write(StreamDataKeysRequest.fromPartial({ batchId: 1n }));
  await eventually('the first is answered', () => answered.length > 0);
  stream.write(StreamDataKeysRequest.fromPartial({ batchId: 2n }));
  await eventually('the second has arrived', () => asked === 2);
  await test.server.drain(5_000);
  expect(await end).toBe(status.UNAVAILABLE);
  expect(answered).toEqual([1n, 2n]);
});

it('does not wait for a bidirectional stream that goes on', async () => {
  test = await TestServer.start({ dataKeys: () => new Promise(() => undefined) });
  const stream = test.dataKeys(await test.service()).streamDataKeys();
  stream.on('error', () => undefined);
  await eventually('a call is under way', () => test.metrics.inFlight > 0);
  const started = Date.now();
  await test.server.drain(10_000);
  expect(Date.now() - started).toBeLessThan(3_000);
});

it('takes no more connections', async () => {
  test = await TestServer.start();
  await test.server.drain(1_000);
  const client = test.audit(await test.user());
  await expect(callUnary(client.lookupEvents.bind(client), request, { timeoutMs: 500 })).rejects.toMatchObject({
    kind: expect.stringMatching(/unavailable|deadline-exceeded/) as string,
  });
});
