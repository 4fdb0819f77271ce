import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type ClientReadableStream, type ServiceError, status } from '@grpc/grpc-js';
import { StreamEventsRequest, type StreamEventsResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { StreamDataKeysRequest, StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { limitExceeded } from '@strongroom/errors';
import { eventually } from '@strongroom/testing';
import { fromStatus } from './index';
import { DATA_KEYS, FOLLOW, TestServer, event, outcome } from './server.testing';

const everything = StreamEventsRequest.fromPartial({});
const batch = (batchId: bigint): StreamDataKeysRequest => StreamDataKeysRequest.fromPartial({ batchId });
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Resolves once `reading` has been positive and has stood still for 300 ms. */
const settled = async (reading: () => number): Promise<void> => {
  for (let last = -1; reading() !== last || last === 0; await pause(300)) last = reading();
};
const ending = (stream: {
  on(event: 'status', listener: (end: { code: status }) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
}) =>
  new Promise<status>((resolve) => {
    stream.on('error', () => undefined);
    stream.on('status', ({ code }) => resolve(code));
  });

/** A client that has never read at all takes everything from its connection (grpc-js); one that stops does not. */
const readNoMore = (stream: Readable): void => void stream.once('data', () => stream.pause());

let test: TestServer;
afterEach(() => test.stop());

describe('a server stream', () => {
  const follow = async (): Promise<ClientReadableStream<StreamEventsResponse>> =>
    test.audit(await test.user()).streamEvents(everything);

  it('delivers what the handler yields, in order', async () => {
    test = await TestServer.start({
      follow: async function* () {
        for (let i = 0; i < 100; i++) yield event(String(i));
      },
    });
    const ids: (string | undefined)[] = [];
    for await (const { event: next } of await follow()) ids.push((next as { eventId?: string } | undefined)?.eventId);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
  });

  it('ends with the error that the handler threw', async () => {
    test = await TestServer.start({
      follow: async function* () {
        yield event('1');
        throw limitExceeded('no more');
      },
    });
    const stream = await follow();
    const seen: unknown[] = [];
    const error = await (async () => {
      for await (const message of stream) seen.push(message);
    })().catch((thrown: ServiceError) => fromStatus(thrown));
    expect(seen).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'LimitExceededException', message: 'no more' });
    expect(test.log).toMatchObject([{ level: 'warn', method: FOLLOW, code: 'RESOURCE_EXHAUSTED' }]);
  });

  it('is asked for no more than its caller reads', async () => {
    let made = 0;
    let returned = false;
    const big = 'x'.repeat(100_000);
    test = await TestServer.start({
      follow: async function* () {
        try {
          for (; made < 10_000; made++) yield event(big);
        } finally {
          returned = true;
        }
      },
    });
    const stream = await follow();
    stream.on('error', () => undefined);
    readNoMore(stream);
    // The buffers between the two fill at the machine's pace; when they are full, nothing more is asked for.
    await settled(() => made);
    expect(made).toBeLessThan(200);
    stream.cancel();
    await eventually('the handler has returned', () => returned && test.metrics.inFlight === 0);
  });

  it('tells a handler that waits when its caller goes away', async () => {
    let aborted = false;
    test = await TestServer.start({
      follow: async function* (_request, call) {
        yield event('1');
        await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
        aborted = true;
      },
    });
    const stream = await follow();
    stream.on('error', () => undefined);
    stream.once('data', () => stream.cancel());
    await eventually('the handler is told', () => aborted);
    expect(test.metrics.inFlight).toBe(0);
  });

  it('has no deadline of the server’s', async () => {
    let deadline = 0;
    test = await TestServer.start(
      {
        follow: async function* (_request, call) {
          deadline = call.deadline;
          await pause(150);
          yield event('1');
        },
      },
      { maxDeadlineMs: 50 },
    );
    let count = 0;
    for await (const _message of await follow()) count++;
    expect([count, deadline]).toEqual([1, Infinity]);
  });
});

describe('a bidirectional stream', () => {
  it('answers each request, and ends when the caller has no more', async () => {
    test = await TestServer.start();
    const stream = test.dataKeys(await test.service()).streamDataKeys();
    const answers: bigint[] = [];
    stream.on('data', (response: StreamDataKeysResponse) => answers.push(response.batchId));
    const end = ending(stream);
    for (let i = 0n; i < 50n; i++) stream.write(batch(i));
    stream.end();
    expect(await end).toBe(status.OK);
    expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => BigInt(i)));
  });

  it('is refused before a request is read', async () => {
    test = await TestServer.start();
    const stream = test.dataKeys(await test.user()).streamDataKeys();
    const end = ending(stream);
    stream.write(batch(1n));
    expect(await end).toBe(status.PERMISSION_DENIED);
    expect(test.log).toMatchObject([{ method: DATA_KEYS, code: 'PERMISSION_DENIED' }]);
  });

  it('tells its handler when the caller goes away', async () => {
    let reason: unknown;
    test = await TestServer.start({
      dataKeys: async (requests, call, send) => {
        call.signal.addEventListener('abort', () => (reason = call.signal.reason as unknown));
        // A cancelled stream's requests may just end: grpc-js closes its side before it resets the stream.
        for await (const { batchId } of requests) send(outcome(batchId));
        await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
      },
    });
    const stream = test.dataKeys(await test.service()).streamDataKeys();
    stream.on('error', () => undefined);
    stream.once('data', () => stream.cancel());
    stream.write(batch(1n));
    await eventually('the handler is told', () => reason !== undefined);
    expect(reason).toMatchObject({ kind: 'cancelled' });
    expect(test.metrics.inFlight).toBe(0);
  });

  it('is lost to a caller that does not read', async () => {
    let sent = 0;
    test = await TestServer.start(
      {
        dataKeys: async (_requests, call, send) => {
          const response = StreamDataKeysResponse.fromPartial({
            outcomes: [{ outcome: { $case: 'error', value: { message: 'x'.repeat(50_000) } } }],
          });
          while (!call.signal.aborted) {
            send(response);
            sent++;
            await pause(1);
          }
        },
      },
      { maxBufferedBytes: 1_000_000 },
    );
    const stream = test.dataKeys(await test.service()).streamDataKeys();
    const end = ending(stream);
    readNoMore(stream);
    await eventually('the stream is lost', () => test.log.length > 0, 30_000);
    expect(sent).toBeLessThan(400);
    expect(test.log).toMatchObject([{ code: 'RESOURCE_EXHAUSTED', reason: 'LimitExceededException' }]);
    stream.resume();
    expect(await end).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('is ended by a malformed request', async () => {
    test = await TestServer.start();
    const client = test.dataKeys(await test.service());
    const raw = (bytes: Buffer) => bytes;
    const stream = client.makeBidiStreamRequest(DATA_KEYS, raw, raw);
    const end = ending(stream);
    stream.write(Buffer.from([0x0f]));
    expect(await end).toBe(status.INVALID_ARGUMENT);
  });

  it('takes no more requests than its handler reads', async () => {
    let read = 0;
    test = await TestServer.start({
      dataKeys: async (requests, call) => {
        for await (const _request of requests) {
          read++;
          await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
        }
      },
    });
    const stream = test.dataKeys(await test.service()).streamDataKeys();
    stream.on('error', () => undefined);
    const operations = [{ caller: { userAgent: 'x'.repeat(100_000) } }] as never;
    let isStalled = false;
    let written = 0;
    for (; !isStalled && written < 500; written++) {
      if (stream.write(StreamDataKeysRequest.fromPartial({ batchId: 1n, operations }))) continue;
      isStalled = await Promise.race([once(stream, 'drain').then(() => false), pause(300).then(() => true)]);
    }
    expect(isStalled).toBe(true);
    expect(written).toBeLessThan(200);
    expect(read).toBe(1);
    stream.cancel();
  });
});
