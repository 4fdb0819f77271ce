import { once } from 'node:events';
import type { RedisEndpoint } from '@strongroom/config';
import { connectToRedis, RedisUsers } from '@strongroom/local-cluster';
import { awaitSentinels, connectRedis } from '@strongroom/redis';
import { silentLogger } from '@strongroom/telemetry';
import { REDIS_PORT, redisServers, type SetupConfig } from '../config';
import { REDIS_ADMINISTRATOR } from './files.task';

type Connection = ReturnType<typeof connectRedis>;

/** Milliseconds. */
const PATIENCE = 10_000;

/** Updates the users of a running Redis; at their start, the cluster's own containers read the same. */
export const provisionRedis = async ({ layout, redis, highAvailability }: SetupConfig): Promise<void> => {
  const users = new RedisUsers(layout);
  if (redis) return onEachServer(redis, (administrator) => applyTo(administrator, users));
  const servers = highAvailability ? redisServers : [redisServers[0]];
  const done = await Promise.allSettled(servers.map((host) => applyAt(host, layout.passwordFile(REDIS_ADMINISTRATOR), users)));
  const failed = done.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  // One that does not run reads the same when it starts.
  if (failed.length === servers.length) throw failed[0]!;
  for (const { message } of failed) process.stderr.write(`cluster-setup: ${message}\n`);
};

const applyAt = async (host: string, passwordFile: string, users: RedisUsers): Promise<void> => {
  const administrator = await connectToRedis({ host, port: REDIS_PORT, passwordFile }).catch((error: Error) => {
    const advice = 'a Redis that an older version started must be restarted';
    throw new Error(`${host} refused the administrator's login (${error.message}); ${advice}`, { cause: error });
  });
  try {
    await users.apply(administrator);
  } finally {
    administrator.disconnect();
  }
};

const applyTo = async (administrator: Connection, users: RedisUsers): Promise<void> => {
  await users.apply(administrator);
  // If it has a file of users, they survive its next start; otherwise its own configuration must name them.
  await administrator.call('ACL', 'SAVE').catch(() => undefined);
};

/** Replication copies no users, and each server of a group may become the primary. */
const onEachServer = async (endpoint: RedisEndpoint, work: (connection: Connection) => Promise<void>): Promise<void> => {
  if (!('sentinels' in endpoint)) return connected(endpoint, work);
  const { username, password, ca } = endpoint;
  await awaitSentinels(endpoint, { logger: silentLogger });
  await connected(endpoint, async (primary) => {
    await work(primary);
    for (const { host, port } of replicasOf(await primary.call('ROLE')))
      await connected({ username, password, ca, host, port }, work);
  });
};

const replicasOf = (role: unknown): { host: string; port: number }[] => {
  const [, , replicas] = role as [string, number, [string, string, string][]];
  return replicas.map(([host, port]) => ({ host, port: Number(port) }));
};

const connected = async (endpoint: RedisEndpoint, work: (connection: Connection) => Promise<void>): Promise<void> => {
  const connection = connectRedis({ endpoint, name: 'cluster-setup', timeoutMs: PATIENCE, logger: silentLogger });
  try {
    await once(connection, 'ready', { signal: AbortSignal.timeout(PATIENCE) }).catch((error: Error) => {
      throw new Error(`Redis did not let the administrator in: ${error.message}`, { cause: error });
    });
    await work(connection);
  } finally {
    connection.disconnect();
  }
};
