import { type LogFields, silentLogger } from '@strongroom/telemetry';
import { eventually, startTestRedisGroup, type TestRedisGroup } from '@strongroom/testing';
import { Redis } from 'ioredis';
import { awaitSentinels, type RedisEndpoint } from './index';

let group: TestRedisGroup;
let warned: (LogFields | undefined)[];
const clients: Redis[] = [];

const logger = { ...silentLogger, warn: (_: string, fields?: LogFields) => void warned.push(fields) };
const sentinelsOf = (changes: Partial<TestRedisGroup['endpoint']['sentinels']> = {}): RedisEndpoint => ({
  ...group.endpoint,
  sentinels: { ...group.endpoint.sentinels, ...changes },
});
/** By default as long as sentinels need to agree; 0 where they never will. */
const wait = (endpoint: RedisEndpoint, waitMs = 30_000) => awaitSentinels(endpoint, { waitMs, logger });
const addressOf = (index: number) => `127.0.0.1:${group.sentinels[index]!.port}`;
const ask = (index: number, ...command: string[]) => {
  const { hosts, password } = group.endpoint.sentinels;
  const client = new Redis({ ...hosts[index]!, password, retryStrategy: () => null });
  client.on('error', () => undefined);
  clients.push(client);
  return client.call('SENTINEL', command);
};

beforeAll(async () => {
  group = await startTestRedisGroup();
});
beforeEach(() => {
  warned = [];
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
  for (const { process } of group.sentinels) process.signal('SIGCONT');
});
afterAll(() => group?.stop());

it('asks nothing of a Redis without sentinels', async () => {
  await wait({ host: '127.0.0.1', port: 1 }, 0);
});

it('names a sentinel that does not answer while enough others do', async () => {
  await wait(sentinelsOf());
  expect(warned).toEqual([]);
  group.sentinels[0]!.process.signal('SIGSTOP');
  await wait(sentinelsOf());
  expect(warned).toEqual([{ address: addressOf(0), reason: expect.any(String) as string }]);
});

it('refuses fewer than the quorum, and says why each of the others says nothing', async () => {
  for (const index of [0, 1]) group.sentinels[index]!.process.signal('SIGSTOP');
  const text = `STRONGROOM_REDIS_SENTINELS: at least 2 of 3 sentinels must answer; ${addressOf(0)}: `;
  await expect(wait(sentinelsOf(), 0)).rejects.toThrow(text);
  const [, ...others] = group.endpoint.sentinels.hosts;
  const away = { host: '127.0.0.1', port: 1 };
  await expect(wait(sentinelsOf({ hosts: [away, others[1]!] }), 0)).rejects.toThrow(/127\.0\.0\.1:1: .*ECONNREFUSED/);
  await expect(wait(sentinelsOf({ hosts: [others[1]!] }), 0)).rejects.toThrow(/must name at least 2 sentinels/);
});

it('refuses a password that the sentinels do not take, a group that they do not know, and servers that are none', async () => {
  await expect(wait(sentinelsOf({ password: 'wrong' }), 0)).rejects.toThrow(new RegExp(`${addressOf(2)}: WRONGPASS`));
  await expect(wait(sentinelsOf({ group: 'other' }), 0)).rejects.toThrow(
    'STRONGROOM_REDIS_SENTINEL_GROUP: all sentinels must know the group "other"; ' +
      `${addressOf(0)}, ${addressOf(1)} and ${addressOf(2)} do not`,
  );
  const { password } = group.endpoint;
  const hosts = group.servers.map(({ endpoint: { host, port } }) => ({ host, port }));
  await expect(wait(sentinelsOf({ hosts, password }), 0)).rejects.toThrow(/ERR unknown command .?SENTINEL/);
});

it('refuses sentinels that name different primaries, and waits for them to agree', async () => {
  const name = group.endpoint.sentinels.group;
  const [primary, [replica]] = [await group.primary(), await group.replicas()];
  await ask(2, 'REMOVE', name);
  await ask(2, 'MONITOR', name, '127.0.0.1', `${replica!.endpoint.port}`, '2');
  const names = (index: number, port: number) => `${addressOf(index)} names 127.0.0.1:${port}`;
  await expect(wait(sentinelsOf(), 0)).rejects.toThrow(
    `STRONGROOM_REDIS_SENTINELS: all sentinels must name one primary of the group "${name}"; ` +
      [names(0, primary.endpoint.port), names(1, primary.endpoint.port), names(2, replica!.endpoint.port)].join(', '),
  );
  let isOver = false;
  const waiting = wait(sentinelsOf()).then(() => (isOver = true));
  await eventually('somebody waits', async () => (await ask(0, 'MYID')) !== undefined);
  expect(isOver).toBe(false);
  // As it is configured.
  await group.sentinels[2]!.stop();
  await group.sentinels[2]!.start({ anew: true });
  await waiting;
  await group.settled();
});
