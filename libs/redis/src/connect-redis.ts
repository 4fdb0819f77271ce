import type { RedisEndpoint } from '@strongroom/config';
import { backoff } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { Redis } from 'ioredis';
import { endpointOptions } from './endpoint-options';
import { watchFailOvers } from './sentinels';

export interface RedisConnectionOptions {
  endpoint: RedisEndpoint;
  /** Shows in Redis' list of clients. */
  name: string;
  /** How long a command may take, ms. */
  timeoutMs: number;
  logger: Logger;
}

/**
 * A connection that reconnects by itself and never queues what it cannot send. A command fails at once while there is no
 * connection, fails after `timeoutMs` if Redis is silent, and is not repeated. With sentinels it goes over to another server when
 * they say so.
 */
export function connectRedis({ endpoint, name, timeoutMs, logger }: RedisConnectionOptions): Redis {
  const redis = new Redis({
    ...endpointOptions(endpoint),
    connectionName: name,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    disconnectTimeout: 50,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => backoff(attempt, { first: 20, longest: 1_000 }),
  });
  redis.on('error', (error: Error) => logger.warn('Redis is not reachable', { name, error }));
  if ('sentinels' in endpoint) watchFailOvers(redis, endpoint.sentinels, () => replaceConnection(redis));
  return redis;
}

/**
 * Ends the connection, so that another one is made. Does nothing while one is being made: ioredis would give up for good if it
 * were told so while it asks sentinels.
 */
export function replaceConnection(redis: Redis): void {
  if (redis.status === 'ready' || redis.status === 'connect') redis.disconnect(true);
}

/**
 * Replaces the connection if the error says that Redis did not answer on it; returns whether it did. Otherwise, what was sent
 * before would still wait in its buffers and be delivered later. (ioredis' own `socketTimeout` does not help: its timer outlives
 * its connection and ends the next one.)
 */
export function replaceIfSilent(redis: Redis, error: unknown): boolean {
  const silent = error instanceof Error && error.message === 'Command timed out';
  if (silent) replaceConnection(redis);
  return silent;
}

/**
 * Looks every `milliseconds` whether Redis still answers, and replaces the connection if it does not: for connections whose
 * commands wait without a limit, or whose users do not call `replaceIfSilent`. A server that is stopped or cut off ends no
 * connection.
 *
 * @returns ends it
 */
export function replaceWhenSilent(redis: Redis, milliseconds: number): () => void {
  let isAsked = false;
  const ask = async () => {
    isAsked = true;
    try {
      await redis.ping();
    } catch (error) {
      replaceIfSilent(redis, error);
    } finally {
      isAsked = false;
    }
  };
  const timer = setInterval(() => {
    if (!isAsked) void ask();
    // Neither does a server have to answer a connection that it has accepted.
    else replaceConnection(redis);
  }, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
