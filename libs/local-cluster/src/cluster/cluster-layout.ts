import { join, resolve } from 'node:path';
import {
  type ComponentName,
  type InstanceName,
  isService,
  isStore,
  programNames,
  programOf,
  type RedisUserName,
  replicatedStores,
  type ServiceName,
  services,
  type StoreName,
} from './services';

/** The number of ports that a cluster uses, starting at its base port. */
export const PORTS_PER_CLUSTER = 50;
/** The same of a cluster that is highly available. */
export const PORTS_PER_REPLICATED_CLUSTER = 100;
/** What the address of a Unix socket has room for, with the zero at its end. */
const MAX_SOCKET_PATH = 108;
const SERVICE_PORTS = 10;
const METRICS_PORTS = 30;
const SECOND_SERVICE_PORTS = 70;
const SECOND_METRICS_PORTS = 80;

const STORE_PORTS: Readonly<Record<StoreName, number>> = {
  mariadb: 0,
  redis: 1,
  // Galera's own ports follow.
  'mariadb-1': 50,
  'mariadb-2': 51,
  'mariadb-3': 52,
  'redis-1': 62,
  'redis-2': 63,
  'redis-3': 64,
  'sentinel-1': 65,
  'sentinel-2': 66,
  'sentinel-3': 67,
};

/**
 * The files and ports of a cluster: MariaDB on the base port, Redis on the next, services from +10, their metrics from +30. Where
 * it is highly available, Galera has ports from +50, Redis and sentinels from +62, second services from +70, their metrics from
 * +80.
 */
export class ClusterLayout {
  readonly home: string;

  constructor(
    home: string,
    readonly basePort: number,
  ) {
    this.home = resolve(home);
  }

  get pki(): string {
    return join(this.home, 'pki');
  }

  /** Passwords, root keys and the administrator's access key; mode 0700. */
  get secrets(): string {
    return join(this.home, 'secrets');
  }

  get run(): string {
    return join(this.home, 'run');
  }

  /** The file that a shell sources to call the cluster. */
  get environmentFile(): string {
    return join(this.home, 'env');
  }

  get adminCredentialsFile(): string {
    return join(this.secrets, 'admin-credentials.json');
  }

  /** The ports and names with which the cluster was started. */
  get descriptionFile(): string {
    return join(this.run, 'cluster.json');
  }

  pidFile(component: ComponentName | `${InstanceName}-${string}`): string {
    return join(this.run, `${component}.pid`);
  }

  logFile(component: string): string {
    return join(this.home, 'logs', `${component}.log`);
  }

  /** What the database keeps. @param isReplicated whether there are several nodes: then each has a folder in it */
  databaseDirectory(isReplicated: boolean): string {
    return join(this.home, isReplicated ? 'galera' : 'mariadb');
  }

  /** What Redis keeps, in the same way. */
  redisDirectory(isReplicated: boolean): string {
    return join(this.home, isReplicated ? 'redis-group' : 'redis');
  }

  /** The files of a server of the database or of Redis. */
  place(store: StoreName) {
    const isReplicated = (replicatedStores as readonly StoreName[]).includes(store);
    const folder = store.startsWith('mariadb') ? this.databaseDirectory(isReplicated) : this.redisDirectory(isReplicated);
    const directory = isReplicated ? join(folder, store) : folder;
    return { directory, pidFile: this.pidFile(store), logFile: this.logFile(store) };
  }

  passwordFile(name: string): string {
    return join(this.secrets, `${name}.password`);
  }

  /** A program's passwords and journal keys, the newest and the previous one. */
  redisCredentialsFile(service: RedisUserName): string {
    return join(this.secrets, `redis-${service}.json`);
  }

  /** The password with which a program logs in to Redis. */
  redisPasswordFile(service: RedisUserName): string {
    return this.passwordFile(`redis-${service}`);
  }

  /** The key with which a service signs its journal entries. */
  journalKeyFile(service: ServiceName): string {
    return join(this.secrets, `journal-${service}.key`);
  }

  /** The keys of all services, for audit-service. */
  get journalKeysFile(): string {
    return join(this.secrets, 'journal.keys');
  }

  rootKeyFile(service: ServiceName): string | undefined {
    const { rootKeyFile } = services[service];
    return rootKeyFile && join(this.secrets, rootKeyFile);
  }

  /** Where a service takes commands about its root key; undefined where the path would be too long for a socket. */
  rootKeySocket(instance: InstanceName): string | undefined {
    const path = join(this.run, `${instance}.sock`);
    const service = programOf(instance);
    return isService(service) && services[service].rootKeyFile !== undefined && path.length < MAX_SOCKET_PATH ? path : undefined;
  }

  /** The port by which clients reach a component. */
  port(component: ComponentName): number {
    return isStore(component)
      ? this.basePort + STORE_PORTS[component]
      : this.portOf(component, SERVICE_PORTS, SECOND_SERVICE_PORTS);
  }

  /** Where mails are handed in unless the operator names a server: nobody listens there but who wants to see them. */
  get mailPort(): number {
    return this.basePort + PORTS_PER_CLUSTER - 1;
  }

  metricsPort(instance: InstanceName): number {
    return this.portOf(instance, METRICS_PORTS, SECOND_METRICS_PORTS);
  }

  private portOf(instance: InstanceName, first: number, second: number): number {
    const program = programOf(instance);
    return this.basePort + (instance === program ? first : second) + programNames.indexOf(program);
  }
}
