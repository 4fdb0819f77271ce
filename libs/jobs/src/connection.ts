/** A Redis with `maxmemory-policy noeviction` and an append-only file: anything else loses jobs. */
export interface JobsRedis {
  host: string;
  port: number;
  /** Default: the server's default user. */
  username?: string;
  password?: string;
}

export interface JobsConnection {
  redis: JobsRedis;
  /** In front of all keys, default `strongroom`. Clusters that share a Redis need different ones. */
  prefix?: string;
}

export const DEFAULT_PREFIX = 'strongroom';

/** A configuration may hold more than a connection takes. */
const endpointOf = ({ host, port, username, password }: JobsRedis): JobsRedis => ({ host, port, username, password });

const reconnectDelay = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

/** Adding is part of somebody's request: it fails soon rather than wait for a Redis that is away. */
export const connectionToAdd = (redis: JobsRedis) => ({
  ...endpointOf(redis),
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  retryStrategy: reconnectDelay,
});

/** Working waits for Redis as long as it takes. */
export const connectionToWork = (redis: JobsRedis) => ({
  ...endpointOf(redis),
  connectTimeout: 2_000,
  maxRetriesPerRequest: null,
  retryStrategy: reconnectDelay,
});
