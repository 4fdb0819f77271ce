import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, type ServiceError, status } from '@grpc/grpc-js';
import {
  AuditServiceService,
  LookupEventsRequest,
  type LookupEventsResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { RelayRequest, type RelayResponse, RelayServiceClient } from '@strongroom/contracts/strongroom/relay/v1/relay';
import { resourceNotFound, throttled } from '@strongroom/errors';
import { auditService } from '@strongroom/methods';
import { eventually } from '@strongroom/testing';
import { type CallContext, connect, RelayClient, type ServiceClient, type TlsMaterial } from './index';
import { answer, type Behaviour, LOOKUP, type TestCaller, TestServer } from './server.testing';

const caller = { credentialId: 'key:AKIATESTTESTTESTTEST', sourceIp: '203.0.113.9', userAgent: 'aws-cli/2', requestId: '' };

let test: TestServer;
let relays: RelayClient[];

const start = async (
  lookup: Behaviour['lookup'],
  options: Parameters<typeof TestServer.start>[1] = {},
  pki?: TestServer['pki'],
) => (test = await TestServer.start({ lookup }, options, pki));

beforeEach(() => (relays = []));
afterEach(async () => {
  for (const relay of relays) relay.close();
  await test.stop();
});

const relayTo = async (address = test.address, tls?: TlsMaterial, patienceMs?: number) => {
  const relay = new RelayClient({
    address,
    tls: tls ?? (await test.service('aws-gateway')),
    service: 'aws-gateway',
    serverName: 'localhost',
    patienceMs,
  });
  relays.push(relay);
  return relay.clientOf(auditService);
};

type Options = Parameters<ServiceClient<typeof auditService>['lookupEvents']>[1];
const lookup = async (client: ServiceClient<typeof auditService>, options: Options = {}, nextToken = '') =>
  (await client.lookupEvents(LookupEventsRequest.fromPartial({ nextToken }), { onBehalfOf: caller, ...options })).nextToken;

it('makes each call as its caller, with its own id and deadline', async () => {
  const seen: unknown[] = [];
  await start(
    async ({ nextToken }, { peer, userAgent, requestId, deadline, caller: known }: CallContext<TestCaller | undefined>) => {
      seen.push({ peer, userAgent, requestId, left: Math.ceil((deadline - Date.now()) / 1_000), name: known!.name });
      return answer(nextToken);
    },
  );
  const client = await relayTo();
  const own = { peer: { address: caller.sourceIp }, userAgent: caller.userAgent, name: caller.credentialId };
  expect(await lookup(client, { requestId: 'r-1', timeoutMs: 5_000 }, 'a')).toBe('a');
  expect(await lookup(client, { requestId: 'r-2', deadline: Date.now() + 9_000 }, 'b')).toBe('b');
  expect(seen).toEqual([
    { ...own, requestId: 'r-1', left: 5 },
    { ...own, requestId: 'r-2', left: 9 },
  ]);
});

it('answers a thousand calls at once, each with its own answer or error, whenever it is ready', async () => {
  await start(async ({ nextToken }) => {
    const n = Number(nextToken);
    if (n % 3 === 0) throw resourceNotFound(`there is no ${n}`);
    await sleep(n % 7);
    return answer(nextToken);
  });
  const client = await relayTo();
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) => lookup(client, {}, String(n)).catch((error: Error) => error)),
  );
  for (const [n, outcome] of outcomes.entries()) {
    if (n % 3 !== 0) expect(outcome).toBe(String(n));
    else expect(outcome).toMatchObject({ kind: 'not-found', reason: 'ResourceNotFoundException', message: `there is no ${n}` });
  }
});

it('passes on all of an error', async () => {
  await start(async () => {
    throw throttled('too fast', { metadata: { retry_after_ms: '250', quota: 'x' } });
  });
  await expect(lookup(await relayTo(), { requestId: 'r-3' })).rejects.toMatchObject({
    kind: 'resource-exhausted',
    reason: 'ThrottlingException',
    message: 'too fast',
    metadata: { request_id: 'r-3', retry_after_ms: '250', quota: 'x' },
  });
});

it('reads large answers in pieces, and keeps the stream for a reader that is slow', async () => {
  const large = 'x'.repeat(3 << 20);
  await start(async ({ nextToken }) => answer(nextToken + large));
  const client = await relayTo();
  const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => lookup(client, {}, String(n))));
  for (const [n, text] of answers.entries()) expect(text === n + large).toBe(true);
});

it('ends a call at its deadline, and leaves the others alone', async () => {
  const aborted: string[] = [];
  await start(async ({ nextToken }, { signal }) => {
    if (nextToken === 'quick') return answer(nextToken);
    await once(signal, 'abort');
    aborted.push(nextToken);
    return answer('too late');
  });
  const client = await relayTo();
  const slow = lookup(client, { timeoutMs: 50 }, 'slow');
  expect(await lookup(client, {}, 'quick')).toBe('quick');
  await expect(slow).rejects.toMatchObject({ kind: 'deadline-exceeded' });
  await eventually('the handler knows', () => aborted.length === 1);
});

it('refuses what may not be called on behalf of others, calls of nobody, and malformed requests', async () => {
  const refused: unknown[] = [];
  await start(async () => answer('found'), { onRefused: ({ operation }) => void refused.push(operation) });
  const relay = new RelayClient({ address: test.address, tls: await test.service('aws-gateway'), service: 'aws-gateway' });
  relays.push(relay);
  const call = (method: string, request = Buffer.alloc(0), onBehalfOf: typeof caller | undefined = caller) =>
    relay.call(`/strongroom.audit.v1.AuditService/${method}`, request, { onBehalfOf: onBehalfOf });
  for (const method of ['StreamEvents', 'VerifyTrail', 'Nonsense', '__proto__']) {
    await expect(call(method)).rejects.toMatchObject({ kind: 'unimplemented' });
  }
  await expect(relay.call(LOOKUP, Buffer.alloc(0), { onBehalfOf: undefined as never })).rejects.toMatchObject({
    kind: 'invalid-argument',
    message: 'caller must be set',
  });
  await expect(call('LookupEvents', Buffer.from([0xff]))).rejects.toMatchObject({ kind: 'invalid-argument' });
  await expect(call('LookupEvents')).resolves.toBeDefined();
  expect(refused).toEqual([]);
});

it.each([
  ['another service', () => test.service('secrets-api')],
  ['a user', () => test.user('ann')],
  ['nobody', () => Promise.resolve(test.nobody)],
])('is closed to %s', async (_who, tls) => {
  let isCalled = false;
  await start(async () => ((isCalled = true), answer('')));
  const client = connect(RelayServiceClient, { address: test.address, tls: await tls(), service: 'test' });
  const stream = client.relay();
  const refused = once(stream, 'error');
  stream.write(RelayRequest.fromPartial({ calls: [{ method: LOOKUP, caller }] }));
  const [{ code }] = (await refused) as [ServiceError];
  expect([status.PERMISSION_DENIED, status.UNAUTHENTICATED]).toContain(code);
  client.close();
  expect(isCalled).toBe(false);
});

it('limits each account by itself', async () => {
  let running = 0;
  let most = 0;
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  await start(
    async (_request, { caller: known }) => {
      if (known!.name === 'greedy') {
        most = Math.max(most, ++running);
        await released;
        running--;
      }
      return answer(known!.name);
    },
    { bounds: { running: 8, runningOfAccount: 6 } },
  );
  const client = await relayTo();
  const greedy = Array.from({ length: 100 }, () => lookup(client, { onBehalfOf: { ...caller, credentialId: 'greedy' } }));
  await eventually('the greedy one has its share', () => running === 6);
  expect(await lookup(client)).toBe(caller.credentialId);
  release();
  await Promise.all(greedy);
  expect(most).toBe(6);
});

it('finishes what a server took before it stopped, and takes the rest elsewhere', async () => {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  await start(async ({ nextToken }) => {
    if (nextToken === 'long') await released;
    return answer(`first ${nextToken}`);
  });
  const first = test;
  const { port } = first.server;
  const client = await relayTo();
  const long = lookup(client, {}, 'long');
  expect(await lookup(client, {}, 'short')).toBe('first short');
  const drained = first.server.drain(10_000);
  // Longer than streams have that do not finish.
  await sleep(700);
  const waits = lookup(client, {}, 'later');
  release();
  expect(await long).toBe('first long');
  await drained;
  const second = await TestServer.start(
    { lookup: async ({ nextToken }) => answer(`second ${nextToken}`) },
    { listen: `127.0.0.1:${port}` },
    first.pki,
  );
  expect(await waits).toBe('second later');
  test = second;
});

it('fails what was on its way when the server died, and waits with the rest until it is back', async () => {
  await start(() => new Promise(() => undefined));
  const { port } = test.server;
  const client = await relayTo();
  const lost = lookup(client);
  await eventually('it is on its way', () => test.metrics.inFlight >= 2);
  await test.server.close();
  await expect(lost).rejects.toMatchObject({ kind: 'unavailable' });
  const waits = lookup(client, {}, 'later');
  const { pki } = test;
  await start(async ({ nextToken }) => answer(nextToken), { listen: `127.0.0.1:${port}` }, pki);
  expect(await waits).toBe('later');
});

it('waits no longer than its patience for a server that is not there', async () => {
  await start(async () => answer(''));
  const { address } = test;
  const client = await relayTo(address, undefined, 200);
  await test.server.close();
  await expect(lookup(client)).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'the service could not be reached in time',
  });
});

it('goes to the next replica after a while, and loses no call when it changes', async () => {
  await start(async ({ nextToken }) => (await sleep(20), answer(`first ${nextToken}`)));
  const first = test;
  const second = await TestServer.start({ lookup: async ({ nextToken }) => answer(`second ${nextToken}`) }, {}, first.pki);
  const relay = new RelayClient({
    address: `127.0.0.1:${first.server.port},127.0.0.1:${second.server.port}`,
    tls: await first.service('aws-gateway'),
    service: 'aws-gateway',
    maxAgeMs: 5,
  });
  relays.push(relay);
  const client = relay.clientOf(auditService);
  const answers: string[] = [];
  for (let round = 0; round < 60; round++) {
    answers.push(...(await Promise.all([lookup(client, {}, `${round}`), lookup(client, {}, `${round}`)])));
  }
  await second.server.close();
  expect(answers.map((text) => Number(text.split(' ')[1]))).toEqual(Array.from({ length: 120 }, (_, n) => Math.floor(n / 2)));
  expect(new Set(answers.map((text) => text.split(' ')[0]))).toEqual(new Set(['first', 'second']));
});

it('calls one by one where the server is of a version before relays', async () => {
  await start(async () => answer(''));
  const { certFile, keyFile, caFile } = await test.pki.issueFiles({
    uri: 'spiffe://strongroom.local/service/audit-service',
    dnsNames: ['localhost'],
  });
  const old = new Server();
  old.addService(AuditServiceService, {
    lookupEvents: (
      call: ServerUnaryCall<LookupEventsRequest, LookupEventsResponse>,
      callback: sendUnaryData<LookupEventsResponse>,
    ) => callback(null, answer(`${call.request.nextToken} for ${call.metadata.get('strongroom-caller-bin').length}`)),
  });
  const credentials = ServerCredentials.createSsl(
    readFileSync(caFile),
    [{ cert_chain: readFileSync(certFile), private_key: readFileSync(keyFile) }],
    true,
  );
  const port = await new Promise<number>((resolve, reject) =>
    old.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const client = await relayTo(`localhost:${port}`);
  expect(await Promise.all(['a', 'b'].map((text) => lookup(client, {}, text)))).toEqual(['a for 1', 'b for 1']);
  old.forceShutdown();
});

it('cancels the calls of a client that goes away', async () => {
  let aborted = 0;
  await start(async (_request, { signal }) => {
    await once(signal, 'abort');
    aborted++;
    return answer('');
  });
  const client = await relayTo();
  const calls = Promise.allSettled(Array.from({ length: 5 }, () => lookup(client)));
  await eventually('they are on their way', () => test.metrics.inFlight >= 6);
  relays[0]!.close();
  await calls;
  await eventually('all handlers know', () => aborted === 5);
  await eventually('nothing is in flight', () => test.metrics.inFlight === 0);
});

it('answers whatever a stream sends, an empty message too', async () => {
  await start(async () => answer('found'));
  const client = connect(RelayServiceClient, {
    address: test.address,
    tls: await test.service('aws-gateway'),
    service: 'aws-gateway',
  });
  const stream = client.relay();
  const answers: RelayResponse[] = [];
  stream.on('data', (response: RelayResponse) => answers.push(response)).on('error', () => undefined);
  stream.write({ calls: [] });
  const calls = [{ id: 7n, method: LOOKUP, caller, requestId: '\u0000', timeoutMs: 4_294_967_295, traceparent: 'x' }];
  stream.write(RelayRequest.fromPartial({ calls: [...calls, ...calls] }));
  stream.write(RelayRequest.fromPartial({ calls: [{ id: 8n, method: LOOKUP, caller }] }));
  await eventually('all are answered', () => answers.flatMap((one) => one.answers).length === 3);
  expect(answers.flatMap((one) => one.answers.map(({ outcome }) => outcome?.$case)).sort()).toEqual([
    'error',
    'response',
    'response',
  ]);
  stream.end();
  await once(stream, 'end');
  client.close();
});
