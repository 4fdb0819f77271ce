import { createSecureServer } from 'node:http2';
import type { ServiceError } from '@grpc/grpc-js';
import { LookupEventsRequest, StreamEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { DomainError } from '@strongroom/errors';
import { findFreePorts } from '@strongroom/local-cluster';
import { eventually, TestPki } from '@strongroom/testing';
import { type CallOptions, type ConnectOptions, callUnary } from './index';
import { readStream } from './read-stream';
import { TestServer, answer } from './server.testing';

const request = LookupEventsRequest.fromPartial({});
const unreached = {
  kind: 'unavailable',
  reason: 'ServiceUnavailableException',
  message: 'the service could not be reached in time',
};

let pki: TestPki;
let port: number;
let test: TestServer | undefined;
let clients: { close(): void }[];

beforeEach(async () => {
  pki = await TestPki.create();
  port = await findFreePorts(1);
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await test?.server.close();
  test = undefined;
  pki.drop();
});

const start = async (): Promise<TestServer> =>
  (test = await TestServer.start({ lookup: async () => answer('found') }, { listen: `127.0.0.1:${port}` }, pki));
const client = async (options: Partial<ConnectOptions> = {}) => {
  const made = TestServer.auditClient({ address: `localhost:${port}`, tls: await pki.user('ann'), service: 'test', ...options });
  clients.push(made);
  return {
    lookup: (call?: CallOptions) => callUnary(made.lookupEvents.bind(made), request, call),
    follow: (patienceMs?: number) =>
      readStream(made.streamEvents.bind(made), StreamEventsRequest.fromPartial({}), { patienceMs }).next(),
  };
};

it('a call waits for a server that is away, whether or not it could be repeated', async () => {
  const { lookup, follow } = await client();
  const waiting = [lookup({ timeoutMs: 60_000 }), lookup({ timeoutMs: 60_000, idempotent: true })];
  const stream = follow(60_000);
  let isSettled = false;
  void Promise.race(waiting).then(
    () => (isSettled = true),
    () => (isSettled = true),
  );
  // A call that does not wait tells when the first attempt to connect has failed.
  await expect(follow()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(isSettled).toBe(false);
  await start();
  expect(await Promise.all(waiting)).toEqual([answer('found'), answer('found')]);
  expect((await stream).value).toMatchObject({ event: { eventId: '1' } });
});

it('a call to a server that has come back succeeds, however long it was away', async () => {
  const { lookup, follow } = await client();
  const first = await start();
  await lookup();
  await first.server.close();
  // As many attempts as make the wait between two of them the longest.
  for (let attempt = 0; attempt < 8; attempt++) await expect(follow()).rejects.toMatchObject({ kind: 'unavailable' });
  await start();
  expect(await lookup()).toEqual(answer('found'));
});

it('a call that waits in vain says that the server could not be reached', async () => {
  const impatient = await client({ patienceMs: 100 });
  await expect(impatient.lookup({ timeoutMs: 60_000 })).rejects.toMatchObject(unreached);
  await expect(impatient.lookup({ timeoutMs: 60_000, idempotent: true })).rejects.toMatchObject(unreached);
  await expect(impatient.follow(100)).rejects.toMatchObject(unreached);
  const patient = await client({ patienceMs: Infinity });
  await expect(patient.lookup({ timeoutMs: 1_000 })).rejects.toMatchObject(unreached);
});

it('a call that waits in vain says why the server could not be reached', async () => {
  const { lookup } = await client({ patienceMs: 5 });
  const isTold = async () => {
    const thrown = (await lookup({ timeoutMs: 60_000 }).catch((error: unknown) => error)) as DomainError;
    expect(thrown).toMatchObject(unreached);
    return /ECONNREFUSED/.test((thrown.cause as ServiceError).details);
  };
  await eventually('an attempt to connect has failed', isTold);
  // Some of these end while the next attempt is under way, which must not hide why the last one failed.
  for (let call = 0; call < 200; call++) expect(await isTold()).toBe(true);
});

it('a call that was sent, and waits for its answer, has passed its deadline', async () => {
  const { lookup } = await client();
  const server = await start();
  await lookup();
  server.behaviour.lookup = () => new Promise(() => undefined);
  await expect(lookup({ timeoutMs: 300 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
});

it('a call that waits can be cancelled', async () => {
  const { lookup } = await client();
  const controller = new AbortController();
  const call = lookup({ timeoutMs: 60_000, signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
});

it('a call that is ended without an answer found nobody, and is repeated if it may be', async () => {
  const { certificate: cert, key } = await pki.issue({
    uri: 'spiffe://strongroom.local/service/audit-service',
    dnsNames: ['localhost'],
  });
  const server = createSecureServer({ cert, key });
  let calls = 0;
  server.on('stream', (stream) => {
    calls++;
    stream.close();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    const { lookup } = await client();
    await expect(lookup()).rejects.toMatchObject({ kind: 'unavailable', message: 'the call was ended without an answer' });
    expect(calls).toBe(1);
    await expect(lookup({ idempotent: true, maxAttempts: 3 })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(calls).toBe(4);
  } finally {
    for (const open of clients.splice(0)) open.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
