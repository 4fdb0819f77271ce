import { backoff } from '@strongroom/random';
/** A Redis with `maxmemory-policy noeviction` and an append-only file; any other loses jobs. */
export interface JobsRedis {
  host: string;
  port: number;
  /** Default: the server's default user. */
  username?: string;
  password?: string;
}

export interface JobsConnection {
  redis: JobsRedis;
  /** The prefix of all keys, default `strongroom`. Clusters that share a Redis need different ones. */
  prefix?: string;
}

export const DEFAULT_PREFIX = 'strongroom';

/** A configuration may have more fields than a connection takes. */
const endpointOf = ({ host, port, username, password }: JobsRedis): JobsRedis => ({ host, port, username, password });

const reconnectDelay = (attempt: number): number => backoff(attempt, { first: 50, longest: 2_000 });

/** Adding is part of somebody's request, so it fails soon if Redis is unreachable. */
export function connectionToAdd(redis: JobsRedis) {
  return {
    ...endpointOf(redis),
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: reconnectDelay,
  };
}

/** A worker waits for Redis without a limit. */
export function connectionToWork(redis: JobsRedis) {
  return {
    ...endpointOf(redis),
    connectTimeout: 2_000,
    maxRetriesPerRequest: null,
    retryStrategy: reconnectDelay,
  };
}
