import { join } from 'node:path';
import { randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { connectAsAdministrator, MariaDbServer, type DatabaseAdministrator } from '../servers/mariadb.server';
import { RedisServer, type RedisEndpoint } from '../servers/redis.server';
import { type ClusterLayout } from './cluster-layout';
import { serviceNames, services, type ServiceName } from './services';

/** Whose database and Redis a cluster uses: private instances, unless a URL names one that exists. */
export interface DataStoreOptions {
  /** `mysql://user:password@host:port` of one who may create databases and users. */
  databaseUrl?: string;
  /** `redis://:password@host:port`; it must sync its append-only file on every write and evict nothing. */
  redisUrl?: string;
}

/** The name of the user that runs a service's migrations. */
export const migrationUser = (service: ServiceName): string => `${services[service].schema}_migration`;

export class DataStores {
  readonly administrator: DatabaseAdministrator;
  readonly redis: RedisEndpoint;
  readonly mariadbServer?: MariaDbServer;
  readonly redisServer?: RedisServer;

  constructor(
    private readonly layout: ClusterLayout,
    { databaseUrl, redisUrl }: DataStoreOptions,
  ) {
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
      this.redisServer = new RedisServer(place('redis'));
      this.redis = this.redisServer.endpoint;
    }
  }

  async start(): Promise<void> {
    const starts = await Promise.allSettled([this.mariadbServer?.start(), this.redisServer?.start()]);
    for (const result of starts) if (result.status === 'rejected') throw result.reason;
  }

  async stop(): Promise<void> {
    await Promise.all([this.mariadbServer?.stop(), this.redisServer?.stop()]);
  }

  /**
   * Gives every service its schema and two users that reach no other: one for migrations, which may change tables, and one to
   * run with, which may not. Can be repeated.
   */
  async provision(): Promise<void> {
    const connection = await connectAsAdministrator(this.administrator);
    try {
      for (const service of serviceNames) {
        const { schema, schemaPrivileges } = services[service];
        await connection.query(`CREATE DATABASE IF NOT EXISTS ${schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
        for (const [user, privileges] of [
          [migrationUser(service), ['ALL PRIVILEGES']],
          [schema, schemaPrivileges],
        ] as const) {
          const password = readOrCreatePrivateFile(this.layout.passwordFile(user), randomPassword);
          await connection.query(`CREATE USER IF NOT EXISTS ${user}@'%' IDENTIFIED BY '${password}'`);
          await connection.query(`ALTER USER ${user}@'%' IDENTIFIED BY '${password}'`);
          // An underscore in the database's name of a grant would stand for any character.
          await connection.query(`GRANT ${privileges.join(', ')} ON \`${schema.replaceAll('_', '\\_')}\`.* TO ${user}@'%'`);
        }
      }
    } finally {
      await connection.end();
    }
  }

  /** Gives a service's runtime user what it may do in single tables, once the migrations have made these. */
  async grantTables(service: ServiceName): Promise<void> {
    const { schema, tablePrivileges } = services[service];
    if (!tablePrivileges) return;
    const connection = await connectAsAdministrator(this.administrator);
    try {
      for (const [table, privileges] of Object.entries(tablePrivileges)) {
        await connection.query(`GRANT ${privileges.join(', ')} ON ${schema}.${table} TO ${schema}@'%'`);
      }
    } finally {
      await connection.end();
    }
  }
}
