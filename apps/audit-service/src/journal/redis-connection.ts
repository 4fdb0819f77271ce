import type { RedisConfig } from '@strongroom/config';
import type { Logger } from '@strongroom/telemetry';
import { Redis } from 'ioredis';

/** A connection that comes back by itself; a command on one that is away fails at once, or after `timeoutMs`. */
export const connectRedis = (config: RedisConfig, logger: Logger, timeoutMs: number): Redis => {
  const redis = new Redis({
    ...config,
    connectionName: 'strongroom-audit-service',
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000),
  });
  redis.on('error', (error: Error) => logger.warn('Redis is not reachable', { error }));
  return redis;
};
