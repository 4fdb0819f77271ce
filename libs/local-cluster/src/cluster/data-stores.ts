import type { RedisEndpoint } from '../servers/redis.server';
import type { BackgroundProcess } from '../processes/background-process';
import type { DatabaseAdministrator } from '../servers/mariadb.server';
import type { DatabaseUsers } from './database-users';
import type { RedisUsers } from './redis-users';
import type { StoreName } from './services';

/** The database and Redis of a cluster: private instances, unless a URL names an existing one. */
export interface DataStoreOptions {
  /** `mysql://user:password@host:port` of a user who may create databases and users. */
  databaseUrl?: string;
  /**
   * `redis://:password@host:port` of a user who may create users; Redis must sync its append-only file on every write and evict
   * nothing.
   */
  redisUrl?: string;
  /** Three nodes of Galera, and a Redis with two replicas and three sentinels, all of them private. Default: one of each. */
  highAvailability?: boolean;
}

export interface DataStores {
  readonly administrator: DatabaseAdministrator;
  readonly users: DatabaseUsers;
  readonly redisUsers: RedisUsers;
  /** The administrator's way to Redis: of several servers to the one that takes writes. */
  readonly redis: RedisEndpoint;
  /** Where that one keeps its data. */
  readonly redisData: string;
  /** The servers that are the cluster's own. */
  readonly processes: ReadonlyMap<StoreName, BackgroundProcess>;
  /** Where the private database is; undefined if it is somebody else's. */
  readonly databaseDirectory?: string;
  /** The variables by which services find the database and Redis. */
  readonly databaseEnvironment: Record<string, string>;
  readonly redisEnvironment: Record<string, string>;
  /** `host:port` of servers that none of these variables name. */
  readonly hiddenEndpoints: readonly string[];
  /** Creates the Redis passwords and journal keys that are missing or old, before anything runs. */
  provideRedisUsers(): void;
  start(): Promise<void>;
  /** Starts one of its own servers again: a database node with what is on its disk or, if `empty`, with nothing. */
  startServer(store: StoreName, options?: { empty?: boolean }): Promise<void>;
  /**
   * Cuts a database node, or the server of Redis that takes writes, off from those that stand beside it; clients still reach it.
   * @throws Error if nothing stands beside it
   */
  isolate(store: StoreName): Promise<void>;
  /** Ends what `isolate` did. Returns when all of them belong together again. */
  reconnect(store: StoreName): Promise<void>;
  /** Waits until all servers stand in for each other that can: before, one that fails may be one too many. */
  settled(): Promise<void>;
}
