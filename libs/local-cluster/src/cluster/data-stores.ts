import { join } from 'node:path';
import { writePrivateFile } from '../private-files';
import { MariaDbServer, type DatabaseAdministrator } from '../servers/mariadb.server';
import { connectToRedis, RedisServer, type RedisEndpoint } from '../servers/redis.server';
import type { ClusterLayout } from './cluster-layout';
import { DatabaseUsers } from './database-users';
import { RedisUsers } from './redis-users';

/** The database and Redis of a cluster: private instances, unless a URL names an existing one. */
export interface DataStoreOptions {
  /** `mysql://user:password@host:port` of a user who may create databases and users. */
  databaseUrl?: string;
  /**
   * `redis://:password@host:port` of a user who may create users; Redis must sync its append-only file on every write and evict
   * nothing.
   */
  redisUrl?: string;
}

export class DataStores {
  readonly administrator: DatabaseAdministrator;
  readonly users: DatabaseUsers;
  readonly redisUsers: RedisUsers;
  readonly redis: RedisEndpoint;
  readonly mariadbServer?: MariaDbServer;
  readonly redisServer?: RedisServer;

  constructor(layout: ClusterLayout, { databaseUrl, redisUrl }: DataStoreOptions) {
    this.redisUsers = new RedisUsers(layout);
    const place = (name: 'mariadb' | 'redis') => ({
      directory: join(layout.home, name),
      port: layout.port(name),
      pidFile: layout.pidFile(name),
      logFile: layout.logFile(name),
    });
    if (databaseUrl) {
      const url = new URL(databaseUrl);
      this.administrator = {
        host: url.hostname,
        port: Number(url.port || 3306),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      };
    } else {
      this.mariadbServer = new MariaDbServer(place('mariadb'));
      this.administrator = this.mariadbServer.administrator;
    }
    if (redisUrl) {
      const url = new URL(redisUrl);
      this.redis = { host: url.hostname, port: Number(url.port || 6379) };
      if (url.password) {
        this.redis.passwordFile = layout.passwordFile('redis');
        writePrivateFile(this.redis.passwordFile, `${decodeURIComponent(url.password)}\n`);
      }
    } else {
      this.redisServer = new RedisServer({
        ...place('redis'),
        users: (password) => this.redisUsers.configuration(password),
      });
      this.redis = this.redisServer.endpoint;
    }
    this.users = new DatabaseUsers(this.administrator, layout);
  }

  /**
   * Creates the Redis passwords and journal keys that are missing or old, before anything runs. A cluster from before they
   * existed has unsigned journal entries, and a Redis password that every service knew.
   */
  provideRedisUsers(): void {
    const wasShared = this.redisUsers.isNew && this.redisServer?.forgetPassword();
    this.redisUsers.provide(wasShared || !this.redisServer ? Date.now() : 0);
  }

  async start(): Promise<void> {
    const starts = await Promise.allSettled([this.mariadbServer?.start(), this.redisServer?.start()]);
    for (const result of starts) if (result.status === 'rejected') throw result.reason;
    if (!this.redisServer) await this.provisionRedis();
  }

  /** On a server that is not ours, which must be told who may log in. */
  private async provisionRedis(): Promise<void> {
    const administrator = await connectToRedis(this.redis);
    try {
      await this.redisUsers.apply(administrator);
      // If it has a file of users, they survive its next start; otherwise our next start creates them again.
      await administrator.call('ACL', 'SAVE').catch(() => undefined);
    } finally {
      administrator.disconnect();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.mariadbServer?.stop(), this.redisServer?.stop()]);
  }
}
