import { join, resolve } from 'node:path';
import { programNames, services, type ComponentName, type ProgramName, type RedisUserName, type ServiceName } from './services';

/** The number of ports that a cluster uses, starting at its base port. */
export const PORTS_PER_CLUSTER = 50;
/** What the address of a Unix socket has room for, with the zero at its end. */
const MAX_SOCKET_PATH = 108;
const SERVICE_PORTS = 10;
const METRICS_PORTS = 30;

/** The files and ports of a cluster: MariaDB on the base port, Redis on the next, services from +10, their metrics from +30. */
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

  pidFile(component: ComponentName | `${ProgramName}-${string}`): string {
    return join(this.run, `${component}.pid`);
  }

  logFile(component: string): string {
    return join(this.home, 'logs', `${component}.log`);
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
  rootKeySocket(service: ServiceName): string | undefined {
    const path = join(this.run, `${service}.sock`);
    return services[service].rootKeyFile !== undefined && path.length < MAX_SOCKET_PATH ? path : undefined;
  }

  port(component: ComponentName): number {
    if (component === 'mariadb') return this.basePort;
    if (component === 'redis') return this.basePort + 1;
    return this.basePort + SERVICE_PORTS + programNames.indexOf(component);
  }

  /** Where mails are handed in unless the operator names a server: nobody listens there but who wants to see them. */
  get mailPort(): number {
    return this.basePort + PORTS_PER_CLUSTER - 1;
  }

  metricsPort(service: ProgramName): number {
    return this.basePort + METRICS_PORTS + programNames.indexOf(service);
  }
}
