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
 * A connection that comes back by itself and never gathers what it can't send: a command fails at once while there is no connection,
 * after `timeoutMs` where Redis is silent, and is not repeated by itself.
 */
export const connectRedis = ({ endpoint, name, timeoutMs, logger }: RedisConnectionOptions): Redis => {
  // A configuration may hold more than a connection takes.
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
    retryStrategy: (attempt) => Math.min(20 * 2 ** Math.min(attempt, 6), 1_000),
  });
  redis.on('error', (error: Error) => logger.warn('Redis is not reachable', { name, error }));
  return redis;
};

/**
 * Replaces the connection if the error says that Redis was silent on it; true if so. What was sent before still waits in its
 * buffers and would go on to, were it kept. (ioredis' own `socketTimeout` is no help: its timer outlives the connection that it was set for, and
 * ends the next one.)
 */
export const replaceIfSilent = (redis: Redis, error: unknown): boolean => {
  const silent = error instanceof Error && error.message === 'Command timed out';
  if (silent) redis.disconnect(true);
  return silent;
};
