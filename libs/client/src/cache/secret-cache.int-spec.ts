import { GetSecretValueResponse, type WatchSecretsRequest } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { accessDenied, unauthenticated } from '@strongroom/errors';
import type { CallContext } from '@strongroom/grpc-kit';
import { eventually } from '@strongroom/testing';
import { AccessDeniedException } from '../errors';
import { StrongroomClient } from '../strongroom-client';
import { denied, FakeWatchStream } from '../testing/caches';
import { TestServer } from '../testing/test-server';
import { SecretCache } from './secret-cache';

let test: TestServer;
const servers: TestServer[] = [];
const open: { close(): void }[] = [];
/** What WatchSecrets was called for, and by whom; the test speaks for the service. */
const streams: { stream: FakeWatchStream; caller: string }[] = [];
const asked: string[] = [];
let versionId = 'v1';

const serving = async (options: Parameters<typeof TestServer.start>[0] = {}) => {
  const server = await TestServer.start(options);
  servers.push(server);
  server.behaviour['getSecretValue'] = ({ secretId }: { secretId: string }) => {
    asked.push(secretId);
    return GetSecretValueResponse.fromPartial({ name: secretId, versionId, versionStages: ['AWSCURRENT'] });
  };
  async function* watchSecrets(requests: AsyncIterable<WatchSecretsRequest>, { signal, caller }: CallContext<{ name: string }>) {
    const { value: first } = (await requests[Symbol.asyncIterator]().next()) as { value: WatchSecretsRequest };
    const stream = new FakeWatchStream(first.add, signal);
    streams.push({ stream, caller: caller.name });
    const more = async () => {
      for await (const { add, remove } of requests) {
        if (remove.length > 0) stream.remove(...remove);
        if (add.length > 0) stream.add(...add);
      }
    };
    more().catch(() => undefined);
    yield* stream;
  }
  server.behaviour['watchSecrets'] = watchSecrets as never;
  return server;
};

const cacheWith = (options: Partial<ConstructorParameters<typeof StrongroomClient>[0]>): SecretCache => {
  const client = new StrongroomClient({ addresses: { secrets: test.address }, tls: { ca: test.pki.ca }, ...options });
  const cache = new SecretCache(client);
  open.push(cache, client);
  return cache;
};
const streamNumber = (count: number) => eventually(`stream ${count}`, () => streams[count - 1]);

beforeEach(async () => {
  test = await serving();
  versionId = 'v1';
});
afterEach(async () => {
  for (const it of open.splice(0)) it.close();
  for (const server of servers.splice(0)) await server.stop();
  streams.splice(0);
  asked.splice(0);
});

it('hears of changes on one stream, of what is added later too', async () => {
  const cache = cacheWith({ tls: await test.pki.user('ann') });
  await cache.get('a');
  const { stream, caller } = await streamNumber(1);
  expect(caller).toMatch(/user\/ann$/);
  stream.isReady({ a: 'v1' });
  await eventually('push is alive', () => cache.live);
  await cache.get('b');
  await eventually('it watches b', () => stream.names.includes('b'));
  expect(cache.live).toBe(false);
  stream.isReady({ b: 'v1' });
  await eventually('push is alive', () => cache.live);
  const changed = new Promise((resolve) => cache.subscribe('b', resolve));
  versionId = 'v2';
  stream.tells('b', 'v2');
  expect(await changed).toMatchObject({ kind: 'changed', secretId: 'b', versionId: 'v2' });
  expect((await cache.get('b')).versionId).toBe('v2');
  expect(streams).toHaveLength(1);
});

it('holds nothing of a secret that may not be read any more', async () => {
  const cache = cacheWith({ tls: await test.pki.user('ann') });
  await cache.get('a');
  const lost = new Promise((resolve) => cache.subscribe('a', resolve));
  const { stream } = await streamNumber(1);
  test.behaviour['getSecretValue'] = () => {
    throw accessDenied('no');
  };
  stream.isReady({ a: denied() });
  expect(await lost).toMatchObject({ kind: 'lost', error: { name: 'AccessDeniedException' } });
  await expect(cache.get('a')).rejects.toBeInstanceOf(AccessDeniedException);
});

it('goes on with another server, from where it was', async () => {
  const { port } = test.server;
  const cache = cacheWith({ tls: await test.pki.user('ann') });
  await cache.get('a');
  (await streamNumber(1)).stream.isReady({ a: 'v1' }, 'p41');
  await eventually('push is alive', () => cache.live);
  await test.server.close();
  await eventually('push is away', () => !cache.live);
  const tls = await test.pki.issueFiles({
    uri: 'spiffe://strongroom.local/service/secrets-api',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
  });
  // Callers of the first server's authority have tokens here.
  await serving({ listen: `127.0.0.1:${port}`, tls, authenticate: async () => ({ name: 'ann' }) });
  const { stream } = await streamNumber(2);
  expect(stream.asked).toEqual([['+a p41']]);
  stream.isReady({});
  await eventually('push is alive', () => cache.live);
  expect(asked).toEqual(['a']);
});

it('takes a new token when the old one ends', async () => {
  let tokens = 0;
  const next = () => {
    test.tokens.clear();
    const token = `token-${++tokens}`;
    test.tokens.add(token);
    return Promise.resolve(token);
  };
  const cache = cacheWith({ token: next });
  await cache.get('a');
  const changes: string[] = [];
  cache.subscribe('a', (change) => changes.push(change.kind));
  const first = await streamNumber(1);
  first.stream.isReady({ a: 'v1' });
  await eventually('push is alive', () => cache.live);
  first.stream.breaks(unauthenticated('The security token included in the request is invalid.'));
  const second = await streamNumber(2);
  expect([first.caller, second.caller]).toEqual(['token-1', 'token-2']);
  second.stream.isReady({ a: 'v1' });
  await eventually('it can be read again', () => changes.length === 2);
  expect(changes).toEqual(['lost', 'changed']);
});

it('does without push where there is none', async () => {
  delete test.behaviour['watchSecrets'];
  const cache = cacheWith({ tls: await test.pki.user('ann') });
  await cache.get('a');
  await cache.get('a');
  expect(asked).toEqual(['a']);
  expect(cache.live).toBe(false);
});
