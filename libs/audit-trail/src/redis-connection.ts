import { backoff } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { Redis } from 'ioredis';

export interface RedisEndpoint {
  host: string;
  port: number;
  /** Default: the server's default user. */
  username?: string;
  password?: string;
}

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
 * connection, fails after `timeoutMs` if Redis is silent, and is not repeated.
 */
export function connectRedis({ endpoint, name, timeoutMs, logger }: RedisConnectionOptions): Redis {
  // A configuration may have more fields than a connection takes.
  const { host, port, username, password } = endpoint;
  const redis = new Redis({
    host,
    port,
    username,
    password,
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
  return redis;
}

/**
 * Replaces the connection if the error says that Redis did not answer on it; returns whether it did. Otherwise, what was sent
 * before would still wait in its buffers and be delivered later. (ioredis' own `socketTimeout` does not help: its timer outlives
 * its connection and ends the next one.)
 */
export function replaceIfSilent(redis: Redis, error: unknown): boolean {
  const silent = error instanceof Error && error.message === 'Command timed out';
  if (silent) redis.disconnect(true);
  return silent;
}
