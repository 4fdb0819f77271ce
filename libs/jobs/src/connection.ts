import { backoff } from '@strongroom/random';
import { endpointOptions, type RedisEndpoint } from '@strongroom/redis';

export interface JobsConnection {
  /** A Redis with `maxmemory-policy noeviction` and an append-only file; any other loses jobs. */
  redis: RedisEndpoint;
  /** The prefix of all keys, default `strongroom`. Clusters that share a Redis need different ones. */
  prefix?: string;
}

export const DEFAULT_PREFIX = 'strongroom';

/** Within the patience of whoever adds. Milliseconds. */
const ADD_TIMEOUT_MS = 1_500;

const reconnectDelay = (attempt: number): number => backoff(attempt, { first: 50, longest: 2_000 });

/** Adding is part of somebody's request, so it fails soon if Redis is unreachable. */
export function connectionToAdd(redis: RedisEndpoint) {
  return {
    ...endpointOptions(redis),
    connectTimeout: 2_000,
    commandTimeout: ADD_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: reconnectDelay,
  };
}

/** A worker waits for Redis without a limit. */
export function connectionToWork(redis: RedisEndpoint) {
  return {
    ...endpointOptions(redis),
    connectTimeout: 2_000,
    maxRetriesPerRequest: null,
    retryStrategy: reconnectDelay,
  };
}
