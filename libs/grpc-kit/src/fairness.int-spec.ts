import { HealthClient } from '@strongroom/contracts/grpc/health/v1/health';
import { LookupEventsRequest, StreamEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { eventually } from '@strongroom/testing';
import { type CallOptions, callUnary, connect, fromStatus, type TlsMaterial } from './index';
import { RawClient, framed } from './raw-client.testing';
import { DATA_KEYS, FOLLOW, LOOKUP, type TestCaller, TestServer, VERIFY, VERIFY_ON, answer, event } from './server.testing';

const throttled = { kind: 'resource-exhausted', reason: 'ThrottlingException' };
/** VerifyTrail stands for what anyone may call, such as GetSessionToken. */
const peerPolicy = {
  [LOOKUP]: { callers: 'authenticated' },
  [FOLLOW]: { callers: 'authenticated' },
  [VERIFY]: { callers: 'anyone' },
  [VERIFY_ON]: { callers: 'none' },
  [DATA_KEYS]: { callers: 'none' },
} as const;

let test: TestServer;
const raws: RawClient[] = [];
let release: () => void;
const held = () => new Promise<void>((resolve) => (release = resolve));
afterEach(async () => {
  for (const client of raws.splice(0)) client.destroy();
  await test.stop();
});

const request = LookupEventsRequest.fromPartial({});
const lookup = (client: ReturnType<TestServer['audit']>, options?: CallOptions) =>
  callUnary(client.lookupEvents.bind(client), request, options);

describe('calls without a credential', () => {
  it('have places of their own: a crowd of them takes none from callers, and not all from another address', async () => {
    const gate = held();
    test = await TestServer.start(
      {},
      {
        peerPolicy,
        bounds: { inFlight: 4, strangersInFlight: 8, strangersInFlightOfAddress: 3 },
        around: [async (call, _request, next) => (call.method === VERIFY ? gate.then(next) : next())],
      },
    );
    const crowd = await Promise.all(Array.from({ length: 3 }, () => RawClient.connect(test.server.port, test.nobody)));
    raws.push(...crowd);
    const calls = crowd.flatMap((client) =>
      Array.from({ length: 20 }, () =>
        client
          .open(VERIFY)
          .send(framed(Buffer.alloc(0)))
          .end(),
      ),
    );
    await eventually(
      'all but three are refused',
      () => calls.filter(({ isEnded }) => isEnded).length === calls.length - 3,
      30_000,
    );
    const refused = await Promise.all(calls.filter(({ isEnded }) => isEnded).map(({ status }) => status));
    expect(new Set(refused.map(({ code, message }) => `${code} ${message}`))).toEqual(
      new Set(['8 the service is busy: repeat the call later']),
    );
    expect((await lookup(test.audit(await test.user()))).nextToken).toBe('found');
    release();
    for (const call of calls) await call.status;
    expect(test.metrics.inFlight).toBe(0);
  });

  it('are answered about health, whatever else is going on, and watch it so many at a time', async () => {
    const gate = held();
    test = await TestServer.start(
      { lookup: () => gate.then(() => answer('')) },
      { bounds: { inFlight: 1, strangersInFlight: 0, strangersWatchesOfAddress: 2 } },
    );
    const busy = lookup(test.audit(await test.user()));
    await eventually('a call is under way', () => test.metrics.inFlight === 1);
    const health = connect(HealthClient, { address: test.address, tls: test.nobody, service: 'test' });
    try {
      await callUnary(health.check.bind(health), { service: '' });
      const watch = () => {
        const stream = health.watch({ service: '' });
        return {
          stream,
          first: new Promise<unknown>((resolve) =>
            stream.once('data', resolve).on('error', (error) => resolve(fromStatus(error as never))),
          ),
        };
      };
      const watching = [watch(), watch()];
      for (const { first } of watching) expect(await first).toEqual({ status: 1 });
      expect(await watch().first).toMatchObject({
        reason: 'LimitExceededException',
        message: 'a caller has at most 2 streams of Watch open',
      });
      for (const { stream } of watching) stream.cancel();
      await eventually('a call is under way', () => test.metrics.inFlight === 1);
      expect(await watch().first).toEqual({ status: 1 });
    } finally {
      health.close();
    }
    release();
    await busy;
  });

  it('that show tokens are looked at so many at a time, those of who is known apart', async () => {
    const gate = held();
    let looking = 0;
    test = await TestServer.start(
      {},
      {
        bounds: { proofsOfAddress: 2 },
        authenticate: async ({ bearerToken }): Promise<TestCaller> => {
          if (bearerToken !== 'good-token') {
            looking++;
            await gate;
          }
          return { name: bearerToken ?? 'certificate' };
        },
      },
    );
    const client = test.audit(test.nobody);
    await lookup(client, { token: 'good-token' });
    const stranger = await RawClient.connect(test.server.port, test.nobody);
    raws.push(stranger);
    const calls = Array.from({ length: 10 }, (_, i) =>
      stranger
        .open(LOOKUP, { authorization: `Bearer token-${i}` })
        .send(framed(Buffer.alloc(0)))
        .end(),
    );
    await eventually('eight are refused', () => calls.filter(({ isEnded }) => isEnded).length === 8, 30_000);
    expect(looking).toBeLessThanOrEqual(10);
    expect((await lookup(client, { token: 'good-token' })).nextToken).toBe('found');
    release();
    for (const call of calls) await call.status;
  });
});

describe('a greedy account', () => {
  it('fills an idle server, and takes nothing from the next that comes', async () => {
    const gate = held();
    const refused: string[] = [];
    test = await TestServer.start(
      {
        lookup: (_request, call) =>
          call.caller!.name.endsWith('greedy') ? gate.then(() => answer('')) : Promise.resolve(answer('served')),
      },
      {
        bounds: { inFlight: 20 },
        accountOf: ({ name }) => name,
        onRefused: (call, error) => void refused.push(`${call.operation} ${(error as Error).name}`),
      },
    );
    const greedy = test.audit(await test.user('greedy'));
    const calls = Array.from({ length: 50 }, () => lookup(greedy).catch((error: unknown) => error));
    await eventually('thirty are refused', () => refused.length === 30, 30_000);
    expect(new Set(refused)).toEqual(new Set(['LookupEvents ThrottlingException']));
    const modest = test.audit(await test.user('modest'));
    const served = await Promise.all(Array.from({ length: 10 }, () => lookup(modest)));
    expect(new Set(served.map(({ nextToken }) => nextToken))).toEqual(new Set(['served']));
    await expect(lookup(greedy)).rejects.toMatchObject(throttled);
    release();
    await Promise.all(calls);
    expect(await lookup(greedy)).toBeDefined();
  });
});

describe('calls that are worked on', () => {
  it('come from accounts in turn: a queue of one account is not in front of another', async () => {
    const order: string[] = [];
    const gate = held();
    test = await TestServer.start(
      {
        lookup: async (_request, call) => {
          order.push((call.caller as TestCaller).name);
          await gate;
          return answer('served');
        },
      },
      { bounds: { running: 4, runningOfAccount: 3 } },
    );
    const [greedy, modest] = [test.audit(await test.user('greedy')), test.audit(await test.user('modest'))];
    const hers = Array.from({ length: 100 }, () => lookup(greedy));
    await eventually('a hundred calls are under way', () => test.metrics.inFlight === 100, 30_000);
    expect(order).toHaveLength(3);
    const his = Array.from({ length: 10 }, () => lookup(modest));
    await eventually('ten more are under way', () => test.metrics.inFlight === 110, 30_000);
    expect(order).toHaveLength(4);
    release();
    await Promise.all([...hers, ...his]);
    // Each of his ten waited for about one of hers, not for the hundred.
    const last = order.lastIndexOf(order.find((name) => name.endsWith('modest'))!);
    expect(order).toHaveLength(110);
    expect(last).toBeLessThan(3 + 2 * 10 + 4);
  });

  it('do not start when their deadline has passed while they waited', async () => {
    const gate = held();
    let started = 0;
    test = await TestServer.start(
      {
        lookup: async () => {
          started++;
          await gate;
          return answer('served');
        },
      },
      { bounds: { running: 1, runningOfAccount: 1 } },
    );
    const client = test.audit(await test.user());
    const first = lookup(client);
    await eventually('the call has started', () => started === 1);
    await expect(lookup(client, { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
    await eventually('a call is under way', () => test.metrics.inFlight === 1);
    release();
    await first;
    await eventually('no call is under way', () => test.metrics.inFlight === 0);
    expect(started).toBe(1);
    expect(await lookup(client)).toBeDefined();
  });
});

const follow = (tls: TlsMaterial) => {
  const stream = test.audit(tls).streamEvents(StreamEventsRequest.fromPartial({}));
  const first = new Promise<unknown>((resolve) =>
    stream.once('data', resolve).on('error', (error) => resolve(fromStatus(error as never))),
  );
  return { stream, first };
};

describe('streams', () => {
  it('are so many for each caller, whatever connections it has', async () => {
    const refused: string[] = [];
    test = await TestServer.start(
      {
        follow: async function* (_request, call) {
          yield event('1');
          await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
        },
      },
      {
        bounds: { streamsOfCaller: 3 },
        onRefused: (call, error) => void refused.push(`${call.operation} ${(error as Error).name}`),
      },
    );
    const tls = await test.user('greedy');
    const open = [follow(tls), follow(tls), follow(tls)];
    for (const { first } of open) expect(await first).toMatchObject({ event: { eventId: '1' } });
    expect(await follow(tls).first).toMatchObject({
      reason: 'LimitExceededException',
      message: 'a caller has at most 3 streams of StreamEvents open',
    });
    expect(refused).toEqual(['StreamEvents LimitExceededException']);
    const neighbour = follow(await test.user('modest'));
    expect(await neighbour.first).toMatchObject({ event: { eventId: '1' } });
    open[0]!.stream.cancel();
    await eventually('three calls are under way', () => test.metrics.inFlight === 3);
    const next = follow(tls);
    expect(await next.first).toMatchObject({ event: { eventId: '1' } });
    for (const { stream } of [...open, neighbour, next]) stream.cancel();
  });
});

it.each([
  ['as the bound says', 2, undefined],
  ["as its method's rule says", 1, 2],
])('streams of one method are so many for all callers, %s', async (_which, streamsOfMethod, maxStreamsOfAll) => {
  test = await TestServer.start(
    {
      follow: async function* (_request, call) {
        yield event('1');
        await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
      },
    },
    { bounds: { streamsOfMethod }, peerPolicy: { ...peerPolicy, [FOLLOW]: { callers: 'authenticated', maxStreamsOfAll } } },
  );
  for (const name of ['ann', 'ben']) expect(await follow(await test.user(name)).first).toMatchObject(event('1'));
  expect(await follow(await test.user('cid')).first).toMatchObject(throttled);
});

it('a call that is malformed, or too much, is told to who keeps the trail, with its caller', async () => {
  const audited: string[] = [];
  const refused: string[] = [];
  test = await TestServer.start(
    {},
    {
      around: [
        async (call, _request, next) => {
          try {
            return await next();
          } catch (error) {
            audited.push(`${call.operation} ${call.caller.name.slice(-3)} ${(error as Error).name}`);
            throw error;
          }
        },
      ],
      onRefused: (call, error) =>
        void refused.push(
          `${call.operation} ${(call as { caller?: TestCaller }).caller?.name.slice(-3)} ${(error as Error).name}`,
        ),
    },
  );
  const client = await RawClient.connect(test.server.port, await test.user('ann'));
  raws.push(client);
  for (const bytes of [Buffer.from([0x0f]), Buffer.from([0x1a, 0x01, 0xff])]) {
    expect(await client.open(LOOKUP).send(framed(bytes)).end().status).toMatchObject({ code: 3 });
  }
  expect(
    await client
      .open(FOLLOW)
      .send(framed(Buffer.from([0x0f])))
      .end().status,
  ).toMatchObject({ code: 3 });
  expect(audited.sort()).toEqual([
    'LookupEvents ann InvalidParameterException',
    'LookupEvents ann InvalidParameterException',
    'StreamEvents ann InvalidParameterException',
  ]);
  await client.open(LOOKUP).send(framed(Buffer.alloc(0), 1 << 30)).status;
  await client.open(LOOKUP).send(framed(Buffer.alloc(1), 1, 1)).status;
  expect(refused).toEqual(['LookupEvents ann LimitExceededException', 'LookupEvents ann UnknownOperationException']);
});
