import { writePrivateFile } from '../private-files';
import type { BackgroundProcess } from '../processes/background-process';
import { MariaDbServer, type DatabaseAdministrator } from '../servers/mariadb.server';
import { connectToRedis, RedisServer, type RedisEndpoint } from '../servers/redis.server';
import type { ClusterLayout } from './cluster-layout';
import type { DataStoreOptions, DataStores } from './data-stores';
import { DatabaseUsers } from './database-users';
import { RedisUsers } from './redis-users';
import type { StoreName } from './services';

/** One MariaDB and one Redis. */
export class SingleStores implements DataStores {
  readonly administrator: DatabaseAdministrator;
  readonly users: DatabaseUsers;
  readonly redisUsers: RedisUsers;
  readonly redis: RedisEndpoint;
  readonly redisData: string;
  readonly processes = new Map<StoreName, BackgroundProcess>();
  readonly databaseDirectory?: string;
  readonly hiddenEndpoints = [];
  private readonly mariadbServer?: MariaDbServer;
  private readonly redisServer?: RedisServer;

  constructor(layout: ClusterLayout, { databaseUrl, redisUrl }: DataStoreOptions) {
    this.redisUsers = new RedisUsers(layout);
    if (databaseUrl) {
      const url = new URL(databaseUrl);
      this.administrator = {
        host: url.hostname,
        port: Number(url.port || 3306),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      };
    } else {
      this.databaseDirectory = layout.databaseDirectory(false);
      this.mariadbServer = new MariaDbServer({ ...layout.place('mariadb'), port: layout.port('mariadb') });
      this.administrator = this.mariadbServer.administrator;
      this.processes.set('mariadb', this.mariadbServer.process);
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
        ...layout.place('redis'),
        port: layout.port('redis'),
        users: (password) => this.redisUsers.configuration(password),
      });
      this.redis = this.redisServer.endpoint;
      this.processes.set('redis', this.redisServer.process);
    }
    this.redisData = this.redisServer?.data ?? '';
    this.users = new DatabaseUsers(this.administrator, layout);
  }

  get databaseEnvironment(): Record<string, string> {
    const { host, port } = this.administrator;
    return { STRONGROOM_DATABASE_HOST: host, STRONGROOM_DATABASE_PORT: `${port}` };
  }

  get redisEnvironment(): Record<string, string> {
    const { host, port } = this.redis;
    return { STRONGROOM_REDIS_HOST: host, STRONGROOM_REDIS_PORT: `${port}` };
  }

  /** A cluster from before the users existed has unsigned journal entries, and a Redis password that every service knew. */
  provideRedisUsers(): void {
    const wasShared = this.redisUsers.isNew && this.redisServer?.forgetPassword();
    this.redisUsers.provide(wasShared || !this.redisServer ? Date.now() : 0);
  }

  async start(): Promise<void> {
    const starts = await Promise.allSettled([this.mariadbServer?.start(), this.redisServer?.start()]);
    for (const result of starts) if (result.status === 'rejected') throw result.reason;
    if (!this.redisServer) await this.provisionRedis();
  }

  async startServer(store: StoreName): Promise<void> {
    await (store === 'mariadb' ? this.mariadbServer : this.redisServer)?.start();
  }

  isolate(store: StoreName): Promise<void> {
    return Promise.reject(new Error(`nothing stands beside ${store}`));
  }

  reconnect(store: StoreName): Promise<void> {
    return this.isolate(store);
  }

  settled(): Promise<void> {
    return Promise.resolve();
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
}
