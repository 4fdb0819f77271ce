import type { BackgroundProcess } from '../processes/background-process';
import { GaleraCluster } from '../servers/galera.cluster';
import type { DatabaseAdministrator } from '../servers/mariadb.server';
import { REDIS_GROUP, type RedisGroupPart, redisGroupParts, RedisServerGroup, replicatedWrites } from '../servers/redis.group';
import type { RedisEndpoint } from '../servers/redis.server';
import type { ClusterLayout } from './cluster-layout';
import type { DataStores } from './data-stores';
import { DatabaseUsers } from './database-users';
import { RedisUsers } from './redis-users';
import type { StoreName } from './services';

const nodes = ['mariadb-1', 'mariadb-2', 'mariadb-3'] as const;

/** Three nodes of Galera, and a Redis with two replicas and three sentinels. */
export class ReplicatedStores implements DataStores {
  readonly redisUsers: RedisUsers;
  readonly processes: ReadonlyMap<StoreName, BackgroundProcess>;
  readonly databaseDirectory: string;
  private readonly galera: GaleraCluster;
  private readonly group: RedisServerGroup;

  constructor(private readonly layout: ClusterLayout) {
    this.databaseDirectory = layout.databaseDirectory(true);
    this.redisUsers = new RedisUsers(layout);
    this.galera = new GaleraCluster({
      place: (node) => layout.place(nodes[node]!),
      directory: this.databaseDirectory,
      firstPort: layout.port('mariadb-1'),
      // Whole files are sent to a node that joins without data.
      settings: ['innodb-log-file-size=32M'],
      // How long the others wait for a silent node, seconds; the defaults are 5 and 15.
      providerSettings: ['evs.suspect_timeout=PT3S', 'evs.inactive_timeout=PT9S', 'evs.inactive_check_period=PT0.5S'],
    });
    this.group = new RedisServerGroup({
      place: (part) => layout.place(part),
      passwordFile: (name) => layout.passwordFile(name),
      firstPort: layout.port('redis-1'),
      users: (password) => this.redisUsers.configuration(password),
      settings: [...replicatedWrites],
      // On one machine there is no network that could be slow.
      downAfterMs: 3_000,
    });
    this.processes = new Map<StoreName, BackgroundProcess>([
      ...nodes.map((name, node) => [name, this.galera.process(node)] as const),
      ...redisGroupParts.map((part) => [part, this.group.process(part)] as const),
    ]);
  }

  /** Of the first node that runs. */
  get administrator(): DatabaseAdministrator {
    const running = nodes.findIndex((_, node) => this.galera.process(node).pid !== undefined);
    return this.galera.nodes[Math.max(0, running)]!;
  }

  get users(): DatabaseUsers {
    return new DatabaseUsers(this.administrator, this.layout);
  }

  get redis(): RedisEndpoint {
    return this.group.endpoint;
  }

  get redisData(): string {
    return this.group.data;
  }

  get databaseEnvironment(): Record<string, string> {
    const { nodes: all } = this.galera;
    return {
      STRONGROOM_DATABASE_HOST: all.map(({ host, port }) => `${host}:${port}`).join(),
      STRONGROOM_DATABASE_PORT: `${all[0]!.port}`,
    };
  }

  get redisEnvironment(): Record<string, string> {
    return {
      STRONGROOM_REDIS_SENTINELS: this.group.sentinelHosts.map(({ host, port }) => `${host}:${port}`).join(),
      STRONGROOM_REDIS_SENTINEL_GROUP: REDIS_GROUP,
      STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: this.layout.passwordFile('sentinel'),
    };
  }

  get hiddenEndpoints(): string[] {
    return this.group.serverHosts.map(({ host, port }) => `${host}:${port}`);
  }

  provideRedisUsers(): void {
    this.redisUsers.provide();
  }

  async start(): Promise<void> {
    const starts = await Promise.allSettled([this.galera.start(), this.group.start()]);
    for (const result of starts) if (result.status === 'rejected') throw result.reason;
  }

  async startServer(store: StoreName, options?: { empty?: boolean }): Promise<void> {
    const node = nodeOf(store);
    await (node < 0 ? this.group.startPart(store as RedisGroupPart) : this.galera.restart(node, options));
  }

  async isolate(store: StoreName): Promise<void> {
    const node = nodeOf(store);
    await (node < 0 ? this.group.isolate(store as RedisGroupPart) : this.galera.isolate(node));
  }

  async reconnect(store: StoreName): Promise<void> {
    const node = nodeOf(store);
    if (node < 0) return this.group.reconnect(store as RedisGroupPart);
    await this.galera.reconnect(node);
    await this.galera.joined(node);
  }

  async settled(): Promise<void> {
    await Promise.all([this.galera.settled(), this.group.settled()]);
  }
}

/** Less than 0 for what is no node. */
const nodeOf = (store: StoreName): number => (nodes as readonly StoreName[]).indexOf(store);
