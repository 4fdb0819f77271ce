import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTcp } from 'node:net';
import { GRPC } from '@strongroom/bounds';
import { HealthCheckRequest } from '@strongroom/contracts/grpc/health/v1/health';
import { LookupEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { eventually } from '@strongroom/testing';
import { callUnary, type TlsMaterial } from './index';
import { type RawCall, RawClient, framed } from './raw-client.testing';
import { DATA_KEYS, FOLLOW, LOOKUP, TestServer, answer } from './server.testing';

const CHECK = '/grpc.health.v1.Health/Check';
const WATCH = '/grpc.health.v1.Health/Watch';
const KIB = 1 << 10;
const check = framed(Buffer.from(HealthCheckRequest.encode({ service: '' }).finish()));
const statusOf = { RESOURCE_EXHAUSTED: 8, UNIMPLEMENTED: 12, INVALID_ARGUMENT: 3, UNAUTHENTICATED: 16, OK: 0 };
const bearer = { authorization: 'Bearer good-token' };

let test: TestServer;
const clients: RawClient[] = [];
const raw = async (tls: TlsMaterial = test.nobody): Promise<RawClient> => {
  const client = await RawClient.connect(test.server.port, tls);
  clients.push(client);
  return client;
};
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await test.stop();
});

describe('a connection', () => {
  it('of a stranger gets few streams and small windows; a token that is good, or a certificate, gets more', async () => {
    test = await TestServer.start();
    const stranger = await raw();
    expect(stranger.session.remoteSettings).toMatchObject({
      maxConcurrentStreams: GRPC.strangersStreams,
      initialWindowSize: GRPC.window,
      maxHeaderListSize: GRPC.headers,
    });
    const refused = stranger.open(LOOKUP, { authorization: 'Bearer bad-token' });
    expect(await refused.status).toMatchObject({ code: statusOf.UNAUTHENTICATED });
    expect(stranger.session.remoteSettings.maxConcurrentStreams).toBe(GRPC.strangersStreams);
    expect(
      await stranger
        .open(LOOKUP, bearer)
        .send(framed(Buffer.alloc(0)))
        .end().status,
    ).toMatchObject({ code: statusOf.OK });
    await stranger.settings({ maxConcurrentStreams: GRPC.callersStreams });
    await (await raw(await test.user())).settings({ maxConcurrentStreams: GRPC.callersStreams, initialWindowSize: GRPC.window });
    await (
      await raw(await test.service())
    ).settings({ maxConcurrentStreams: GRPC.servicesStreams, initialWindowSize: GRPC.servicesWindow });
  });

  it('of a stranger is given no more than its streams at a time', async () => {
    test = await TestServer.start();
    const stranger = await raw();
    const calls = Array.from({ length: 200 }, () => stranger.open(CHECK).send(framed(Buffer.alloc(10), 100)));
    await eventually('a call is under way', () => test.metrics.inFlight > 0);
    expect(await (await raw()).open(CHECK).send(check).end().status).toMatchObject({ code: statusOf.OK });
    expect(test.metrics.inFlight).toBeLessThanOrEqual(GRPC.strangersStreams);
    expect(calls.filter(({ isEnded }) => isEnded)).toEqual([]);
  });

  it('must ask for something in time', async () => {
    test = await TestServer.start({}, { bounds: { firstRequestMs: 3_000 } });
    const certified = await raw(await test.user());
    const asks = await raw();
    expect(await asks.open(CHECK).send(check).end().status).toMatchObject({ code: statusOf.OK });
    const silent = await raw();
    const neverShakes = connectTcp(test.server.port, 'localhost').on('error', () => undefined);
    await Promise.all([silent.closed, new Promise((resolve) => neverShakes.once('close', resolve))]);
    expect([certified.isClosed, asks.isClosed]).toEqual([false, false]);
  });

  it('must end its handshake in time', async () => {
    test = await TestServer.start({}, { bounds: { handshakeMs: 100 } });
    const socket = connectTcp(test.server.port, 'localhost').on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('too many of strangers ends the oldest of them; who has shown a credential stays', async () => {
    test = await TestServer.start({}, { bounds: { strangersConnections: 3 } });
    const certified = await raw(await test.user());
    const byToken = await raw();
    await byToken
      .open(LOOKUP, bearer)
      .send(framed(Buffer.alloc(0)))
      .end().status;
    const strangers = [await raw(), await raw(), await raw()];
    const another = await raw();
    await strangers[0]!.closed;
    expect([certified, byToken, strangers[1]!, strangers[2]!, another].map(({ isClosed }) => isClosed)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('too many of callers ends the oldest of the one with most of them, after its calls', async () => {
    let answered = (): void => undefined;
    const gate = new Promise<void>((resolve) => (answered = resolve));
    test = await TestServer.start({ lookup: () => gate.then(() => answer('')) }, { bounds: { callersConnections: 3 } });
    const greedy = await test.user('greedy');
    const first = await raw(greedy);
    const call = first
      .open(LOOKUP)
      .send(framed(Buffer.alloc(0)))
      .end();
    await eventually('a call is under way', () => test.metrics.inFlight === 1);
    const second = await raw(greedy);
    const modest = await raw(await test.user('modest'));
    const service = await raw(await test.service());
    const third = await raw(greedy);
    answered();
    expect(await call.status).toMatchObject({ code: statusOf.OK });
    await first.closed;
    expect([second, modest, service, third].map(({ isClosed }) => isClosed)).toEqual([false, false, false, false]);
  });

  it('past the limit of all is closed as it comes', async () => {
    test = await TestServer.start({}, { bounds: { connections: 2 } });
    const tls = await test.user();
    await raw(tls);
    await raw(tls);
    await expect(raw(tls)).rejects.toThrow();
  });
});

describe('half-sent messages', () => {
  it('of calls that nobody may make without a credential are not read at all', async () => {
    test = await TestServer.start();
    const client = await raw();
    const call = client.open(LOOKUP).send(framed(Buffer.alloc(30 * KIB), 60 * KIB));
    expect(await call.status).toMatchObject({ code: statusOf.UNAUTHENTICATED });
  });

  it('of strangers have so much room, of one address and in all, and leave it when they end', async () => {
    test = await TestServer.start({}, { bounds: { strangersUnfinishedOfAddress: 256 * KIB } });
    const [client, another] = [await raw(), await raw()];
    const half = (from: RawClient): RawCall => from.open(CHECK).send(framed(Buffer.alloc(30 * KIB), 31 * KIB));
    const calls = Array.from({ length: 30 }, (_, i) => half(i % 2 === 0 ? client : another));
    const refused = () => calls.filter(({ isEnded }) => isEnded);
    // Each keeps between 30 KiB and what its TLS records have: 4 to 8 fit.
    await eventually('all but eight are refused', () => refused().length >= calls.length - 8, 30_000);
    for (const call of refused()) expect(await call.status).toMatchObject({ code: statusOf.RESOURCE_EXHAUSTED });
    // What comes whole in one piece needs no such room.
    expect(await client.open(CHECK).send(check).end().status).toMatchObject({ code: statusOf.OK });
    for (const call of calls) call.stream.close();
    await eventually('no call is under way', () => test.metrics.inFlight === 0);
    const later = half(client);
    await eventually('a call is under way', () => test.metrics.inFlight === 1);
    expect(later.isEnded).toBe(false);
  });

  it('cost no memory to speak of, over however many connections', async () => {
    test = await TestServer.start();
    const before = process.memoryUsage();
    const bytes = framed(Buffer.alloc(31 * KIB), 32 * KIB);
    const many = await Promise.all(Array.from({ length: 40 }, () => raw()));
    const calls = many.flatMap((client) => Array.from({ length: 32 }, () => client.open(CHECK).send(bytes)));
    // 40 MiB, of which an address has 4.
    await eventually('most are refused', () => calls.filter(({ isEnded }) => isEnded).length > 900, 30_000);
    globalThis.gc?.();
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(30 * (1 << 20));
  });

  it('in frames of one byte count as what they hold on to', async () => {
    test = await TestServer.start({}, { bounds: { strangersUnfinishedOfAddress: 64 * KIB } });
    const client = await raw();
    const call = client.open(CHECK).send(framed(Buffer.alloc(0), 30 * KIB));
    while (!call.isEnded) {
      call.send(Buffer.alloc(1));
      // Fills the record around the frame.
      client.session.ping(Buffer.alloc(8), () => undefined);
      await delay(1);
    }
    expect(await call.status).toMatchObject({ code: statusOf.RESOURCE_EXHAUSTED });
  });

  it('of a caller who is known must come in time', async () => {
    test = await TestServer.start({}, { bounds: { receiveMs: 200 } });
    const client = await raw(await test.user());
    const call = client.open(FOLLOW).send(framed(Buffer.alloc(10), 1_000));
    expect(await call.status).toEqual({
      code: statusOf.RESOURCE_EXHAUSTED,
      message: 'a message must arrive in full within 200 milliseconds',
    });
    const stream = (await raw(await test.service())).open(DATA_KEYS).send(framed(Buffer.alloc(0)));
    stream.send(framed(Buffer.alloc(10), 1_000));
    expect(await stream.status).toMatchObject({ code: statusOf.RESOURCE_EXHAUSTED });
  });

  it('of a call end with its deadline', async () => {
    test = await TestServer.start({}, { maxDeadlineMs: 200 });
    const client = await raw(await test.user());
    expect(await client.open(LOOKUP).send(framed(Buffer.alloc(10), 1_000)).status).toMatchObject({ code: 4 });
    expect(test.metrics.inFlight).toBe(0);
  });

  it('of a stream that ends as its deadline passes are answered once', async () => {
    test = await TestServer.start();
    const stranger = await raw();
    const { DEADLINE_EXCEEDED, UNIMPLEMENTED } = { ...statusOf, DEADLINE_EXCEEDED: 4 };
    // The door answers that the time is over, and in the same turn grpc-js would answer an end without a message.
    for (let round = 0; round < 20; round++) {
      const calls = Array.from({ length: 30 }, () => stranger.open(WATCH, { 'grpc-timeout': '20m' }));
      for (const [at, call] of calls.entries()) setTimeout(() => call.end(), 18 + at / 5);
      for (const { status } of calls) expect([DEADLINE_EXCEEDED, UNIMPLEMENTED]).toContain((await status).code);
    }
  });

  it('of an account have so much room, and it is told who has too much', async () => {
    const refused: string[] = [];
    test = await TestServer.start(
      {},
      {
        bounds: { unfinishedOfAccount: 200 * KIB },
        onRefused: (call, error) => void refused.push(`${call.operation} ${(error as Error).name}`),
      },
    );
    const client = await raw(await test.user('greedy'));
    const calls = Array.from({ length: 8 }, () => client.open(LOOKUP).send(framed(Buffer.alloc(60 * KIB), 61 * KIB)));
    await eventually('a call has ended', () => calls.some(({ isEnded }) => isEnded), 30_000);
    expect(await calls.find(({ isEnded }) => isEnded)!.status).toMatchObject({ code: statusOf.RESOURCE_EXHAUSTED });
    await eventually('a lookup is refused', () => refused.includes('LookupEvents ThrottlingException'), 30_000);
    const other = test.audit(await test.user('modest'));
    const request = LookupEventsRequest.fromPartial({ nextToken: 'x'.repeat(100_000) });
    expect((await callUnary(other.lookupEvents.bind(other), request)).nextToken).toBe('found');
  });

  it('are matched by answers that nobody reads: an account has so much room for them', async () => {
    test = await TestServer.start(
      { lookup: async () => answer('x'.repeat(100_000)) },
      { bounds: { unfinishedOfAccount: 1_000_000 } },
    );
    const client = await raw(await test.user('greedy'));
    client.session.settings({ initialWindowSize: 0 });
    await new Promise((resolve) => client.session.once('localSettings', resolve));
    const calls = Array.from({ length: 20 }, () =>
      client
        .open(LOOKUP)
        .send(framed(Buffer.alloc(0)))
        .end(),
    );
    await eventually('eleven have ended', () => calls.filter(({ isEnded }) => isEnded).length === 11, 30_000);
    expect(await calls.find(({ isEnded }) => isEnded)!.status).toMatchObject({ code: statusOf.RESOURCE_EXHAUSTED });
    const other = test.audit(await test.user('modest'));
    await callUnary(other.lookupEvents.bind(other), LookupEventsRequest.fromPartial({}));
    client.session.settings({ initialWindowSize: 1 << 20 });
    for (const call of calls) await call.status;
    const again = await raw(await test.user('greedy'));
    expect(
      await again
        .open(LOOKUP)
        .send(framed(Buffer.alloc(0)))
        .end().status,
    ).toMatchObject({ code: statusOf.OK });
  });

  it.each([
    ['a stranger', () => test.nobody, CHECK, GRPC.strangersMessage],
    ['a caller', () => test.user(), LOOKUP, GRPC.message],
    ['a service', () => test.service(), DATA_KEYS, GRPC.servicesMessage],
  ])('of %s are refused by the length that they announce', async (_who, tls, path, most) => {
    test = await TestServer.start();
    const client = await raw(await tls());
    const call = client.open(path).send(framed(Buffer.alloc(0), most + 1));
    expect(await call.status).toEqual({
      code: statusOf.RESOURCE_EXHAUSTED,
      message: `a message of this call must have at most ${most} bytes`,
    });
  });
});

describe('headers', () => {
  const cases: [what: string, headers: Record<string, string | string[]>, code: number, message: RegExp][] = [
    ['a token of other letters', { authorization: 'Bearer ä' }, statusOf.UNAUTHENTICATED, /security token/],
    ['a token in another scheme', { authorization: 'Basic Z29vZA==' }, statusOf.UNAUTHENTICATED, /security token/],
    ['a timeout that is none', { ...bearer, 'grpc-timeout': 'soon' }, statusOf.INVALID_ARGUMENT, /grpc-timeout must be/],
    ['a timeout of nine digits', { ...bearer, 'grpc-timeout': '999999999S' }, statusOf.INVALID_ARGUMENT, /grpc-timeout must be/],
    ['compression', { ...bearer, 'grpc-encoding': 'gzip' }, statusOf.UNIMPLEMENTED, /compressed messages are not accepted/],
    ['a caller that nobody vouches for', { 'strongroom-caller-bin': '%%%' }, 7, /not authorized .* on behalf of others/],
  ];
  it.each(cases)('that are wrong are answered clearly: %s', async (_what, headers, code, message) => {
    test = await TestServer.start();
    const standardError = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const call = (await raw())
        .open(LOOKUP, headers)
        .send(framed(Buffer.alloc(0)))
        .end();
      expect(await call.status).toEqual({ code, message: expect.stringMatching(message) as string });
      expect(standardError).not.toHaveBeenCalled();
    } finally {
      standardError.mockRestore();
    }
  });

  it.each([
    ['the longest timeout there is', { 'grpc-timeout': '99999999H' }],
    ['binary garbage that nobody reads', { 'x-garbage-bin': '%%% ä' }],
    ['a user agent in no alphabet', { 'user-agent': 'ä\x80' }],
    ['a request id of anybody', { 'x-request-id': 'ä' }],
  ])('that are odd change nothing: %s', async (_what, headers) => {
    let agent = '';
    test = await TestServer.start({ lookup: async (_request, call) => ((agent = call.userAgent), answer('')) });
    const call = (await raw())
      .open(LOOKUP, { ...bearer, ...headers })
      .send(framed(Buffer.alloc(0)))
      .end();
    expect(await call.status).toMatchObject({ code: statusOf.OK });
    expect(agent).toMatch(/^[\x20-\x7e]*$/);
  });

  it('of a method that is not there are answered, whatever the name', async () => {
    test = await TestServer.start();
    const client = await raw();
    for (const path of ['/nothing', `/${'x'.repeat(5_000)}`]) {
      expect(await client.open(path).send(check).end().status).toMatchObject({ code: statusOf.UNIMPLEMENTED });
    }
  });

  it.each([
    ['many', Object.fromEntries(Array.from({ length: GRPC.headerPairs }, (_, i) => [`x-${i}`, '1']))],
    ['long', { 'x-long': 'x'.repeat(GRPC.headers) }],
  ])('that are too %s are refused', async (_what, headers) => {
    test = await TestServer.start();
    expect((await (await raw()).open(CHECK, headers).send(check).end().status).code).not.toBe(statusOf.OK);
    expect(await (await raw()).open(CHECK).send(check).end().status).toMatchObject({ code: statusOf.OK });
  });

  it('that ask for something that is no call of gRPC are told so', async () => {
    test = await TestServer.start();
    const call = (await raw()).open(CHECK, { 'content-type': 'application/json' });
    const response = await new Promise<Record<string, unknown>>((resolve) => call.stream.once('response', resolve));
    expect(response[':status']).toBe(415);
  });
});

it('who opens and goes at once, however often and whatever they asked for, changes nothing', async () => {
  test = await TestServer.start();
  for (let round = 0; round < 10; round++) {
    const client = await raw();
    for (const path of [CHECK, LOOKUP, DATA_KEYS, '/nothing']) {
      for (const headers of [{}, bearer, { 'content-type': 'text/plain' }]) client.open(path, headers).stream.close(8);
    }
    client.open(CHECK).send(check).end();
    client.destroy();
  }
  expect(await (await raw()).open(CHECK).send(check).end().status).toMatchObject({ code: statusOf.OK });
  await eventually('no call is under way', () => test.metrics.inFlight === 0);
});

it('a compressed message is refused by its first byte', async () => {
  test = await TestServer.start();
  const call = (await raw(await test.user()))
    .open(LOOKUP)
    .send(framed(Buffer.alloc(10), 10, 1))
    .end();
  expect(await call.status).toMatchObject({ code: statusOf.UNIMPLEMENTED });
});

describe('honest callers', () => {
  it('send large messages, many at a time, by token and by certificate', async () => {
    test = await TestServer.start({ lookup: async ({ nextToken }) => answer(String(nextToken.length)) });
    const request = LookupEventsRequest.fromPartial({ nextToken: 'x'.repeat(200_000) });
    const byToken = test.audit(test.nobody);
    const byCertificate = test.audit(await test.user());
    const calls = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0
        ? callUnary(byToken.lookupEvents.bind(byToken), request, { token: 'good-token', timeoutMs: 60_000 })
        : callUnary(byCertificate.lookupEvents.bind(byCertificate), request, { timeoutMs: 60_000 }),
    );
    expect(new Set((await Promise.all(calls)).map(({ nextToken }) => nextToken))).toEqual(new Set(['200000']));
  });

  it('have a thousand calls in flight on one connection', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    test = await TestServer.start({ lookup: () => opened.then(() => answer('found')) });
    const client = test.audit(await test.user());
    const calls = Array.from({ length: GRPC.callersStreams }, () =>
      callUnary(client.lookupEvents.bind(client), LookupEventsRequest.fromPartial({}), { timeoutMs: 60_000 }),
    );
    await eventually('as many streams are open as may be', () => test.metrics.inFlight === GRPC.callersStreams, 30_000);
    open();
    await Promise.all(calls);
  });
});
