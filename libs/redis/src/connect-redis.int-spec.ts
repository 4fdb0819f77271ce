import { silentLogger } from '@strongroom/telemetry';
import { eventually, startTestRedisGroup, TestPki, type TestRedisGroup } from '@strongroom/testing';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisEndpoint, replaceIfSilent } from './index';

let pki: TestPki;
let group: TestRedisGroup;
const connections: Redis[] = [];

const connect = (endpoint: RedisEndpoint, timeoutMs = 1_000): Redis => {
  const redis = connectRedis({ endpoint, name: 'test', timeoutMs, logger: silentLogger });
  connections.push(redis);
  return redis;
};
/** What a connection says as soon as it has an answer. */
const answer = (redis: Redis) => eventually('Redis answers', () => redis.ping(), 20_000);
/** The message of the first error. */
const failure = async (redis: Redis) =>
  new Promise<string>((resolve) => redis.once('error', (error: Error) => resolve(error.message)));

const addressOf = ({ sentinels, ...access }: TestRedisGroup['endpoint']) => ({ access, sentinels });

beforeAll(async () => {
  pki = await TestPki.create();
  group = await startTestRedisGroup({ pki });
});
afterEach(() => {
  for (const redis of connections.splice(0)) redis.disconnect();
});
afterAll(async () => {
  await group?.stop();
  pki.drop();
});

describe('one server with TLS', () => {
  const at = (host: string): RedisEndpoint => {
    const { access } = addressOf(group.endpoint);
    // Those for the administrator follow the ports for clients and of the sentinels.
    return { ...access, host, port: group.servers[0]!.endpoint.port - 2 * group.servers.length };
  };

  it('is believed by its name and by its address, if the CA is the given one', async () => {
    for (const host of ['localhost', '127.0.0.1']) expect(await answer(connect(at(host)))).toBe('PONG');
  });

  it('is not believed with a certificate of another CA, or for another host', async () => {
    const stranger = await TestPki.create();
    expect(await failure(connect({ ...at('localhost'), ca: stranger.ca }))).toMatch(/unable to verify|self.signed/);
    stranger.drop();
    // The same address, written in a way that the certificate does not have.
    expect(await failure(connect(at('::ffff:127.0.0.1')))).toMatch(/does not match certificate/);
  });

  it('does not answer without TLS', async () => {
    const { ca: _, ...plain } = at('localhost');
    const redis = connect(plain);
    await failure(redis);
    expect(redis.status).not.toBe('ready');
  });
});

it('connects anew when it finds itself on a replica', async () => {
  const [replica] = await group.replicas();
  const { access } = addressOf(group.endpoint);
  const redis = connect({ ...access, ca: undefined, ...replica!.endpoint });
  await answer(redis);
  const id = await redis.client('ID');
  await expect(redis.set('written', 'there')).rejects.toThrow('READONLY');
  await eventually('the connection is another one', async () => (await redis.client('ID')) !== id);
});

describe('the primary that sentinels name', () => {
  it('is found while one sentinel is there', async () => {
    const { access, sentinels } = addressOf(group.endpoint);
    const hosts = [{ host: '127.0.0.1', port: 1 }, sentinels.hosts[2]!];
    const redis = connect({ ...access, sentinels: { ...sentinels, hosts } });
    await answer(redis);
    expect((await redis.call('ROLE')) as unknown[]).toContain('master');
  });

  it('is found while a sentinel is silent', async () => {
    const [silent] = group.sentinels;
    silent!.process.signal('SIGSTOP');
    try {
      expect(await answer(connect(group.endpoint))).toBe('PONG');
    } finally {
      silent!.process.signal('SIGCONT');
    }
  });

  it('is not asked for where a sentinel has a certificate of another CA, or refuses the password', async () => {
    const { access, sentinels } = addressOf(group.endpoint);
    const stranger = await TestPki.create();
    for (const other of [{ ca: stranger.ca }, { password: 'wrong' }]) {
      const redis = connect({ ...access, sentinels: { ...sentinels, ...other } });
      expect(await failure(redis)).toMatch(/^All sentinels are unreachable/);
      expect(redis.status).not.toBe('ready');
    }
    stranger.drop();
  });

  it('is found although the connection was to be replaced while it was looked for', async () => {
    const redis = connect(group.endpoint);
    expect(redis.status).toBe('connecting');
    replaceIfSilent(redis, new Error('Command timed out'));
    expect(await answer(redis)).toBe('PONG');
  });

  it('is another one as soon as they say so, whether or not the old one is known to be silent', async () => {
    // It finds out by itself only after the end of this test.
    const redis = connect(group.endpoint, 120_000);
    await answer(redis);
    const first = await group.primary();
    first.process.signal('SIGSTOP');
    try {
      await eventually('another server takes over', async () => (await group.primary()) !== first, 30_000);
      expect(await eventually('it answers', () => redis.set('written', 'there'), 5_000)).toBe('OK');
    } finally {
      first.process.signal('SIGCONT');
    }
    await group.settled();
  });

  it('is another one after it was killed', async () => {
    const redis = connect(group.endpoint);
    await answer(redis);
    const first = await group.primary();
    first.process.signal('SIGKILL');
    await first.process.waitForExit(5_000);
    await eventually(
      'another server takes what is written',
      async () => (await redis.set('written', 'here')) === 'OK' && ((await redis.call('ROLE')) as unknown[]).includes('master'),
      30_000,
    );
  });
});
