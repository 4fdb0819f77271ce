import { join, resolve } from 'node:path';
import { programNames, services, type ComponentName, type ProgramName, type ServiceName } from './services';

/** How many ports a cluster takes from its base port on. */
export const PORTS_PER_CLUSTER = 50;
const SERVICE_PORTS = 10;
const METRICS_PORTS = 30;

/**
 * Where a cluster keeps what, and on which ports it listens: MariaDB on the base port, Redis on the next, services from +10,
 * their metrics from +30.
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

  /** What a shell sources to call the cluster. */
  get environmentFile(): string {
    return join(this.home, 'env');
  }

  get adminCredentialsFile(): string {
    return join(this.secrets, 'admin-credentials.json');
  }

  /** Ports and names that the cluster was started with. */
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

  /** The passwords and journal keys of a service, the newest and the one before. */
  redisCredentialsFile(service: ServiceName): string {
    return join(this.secrets, `redis-${service}.json`);
  }

  /** What a service logs in to Redis with. */
  redisPasswordFile(service: ServiceName): string {
    return this.passwordFile(`redis-${service}`);
  }

  /** What a service signs its entries of the journal with. */
  journalKeyFile(service: ServiceName): string {
    return join(this.secrets, `journal-${service}.key`);
  }

  /** The keys of all of them, for audit-service. */
  get journalKeysFile(): string {
    return join(this.secrets, 'journal.keys');
  }

  rootKeyFile(service: ServiceName): string | undefined {
    const { rootKeyFile } = services[service];
    return rootKeyFile && join(this.secrets, rootKeyFile);
  }

  port(component: ComponentName): number {
    if (component === 'mariadb') return this.basePort;
    if (component === 'redis') return this.basePort + 1;
    return this.basePort + SERVICE_PORTS + programNames.indexOf(component);
  }

  metricsPort(service: ProgramName): number {
    return this.basePort + METRICS_PORTS + programNames.indexOf(service);
  }
}
