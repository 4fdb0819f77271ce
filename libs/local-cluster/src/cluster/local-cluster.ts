import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isServing } from '@strongroom/health-probe';
import { boundLog } from '@strongroom/telemetry';
import { CertificateAuthority, serviceCertificate, userUri, type CertificateFiles } from '../pki/certificate-authority';
import { isPortFree } from '../ports';
import { makePrivateDirectory, provideRootKeyFile, writePrivateFile } from '../private-files';
import type { BackgroundProcess } from '../processes/background-process';
import type { DatabaseAdministrator } from '../servers/mariadb.server';
import type { RedisEndpoint } from '../servers/redis.server';
import { chooseStores, requirePossibleStores } from './choose-stores';
import {
  type ClusterDescription,
  describeCluster,
  digestOf,
  type LocalClusterOptions,
  type Program,
} from './cluster-description';
import { ClusterLayout } from './cluster-layout';
import { ClusterPrograms } from './cluster-programs';
import type { DataStores } from './data-stores';
import { administratorsLink, issueClientCertificate, type ReachableCluster } from './described-cluster';
import { writeEnvironmentFile } from './environment-file';
import { currentOwner, releaseOwnership, takeOwnership } from './ownership';
import { addressOf, serviceAddresses } from './service-environment';
import {
  type ComponentName,
  type InstanceName,
  isService,
  isStore,
  type ProgramName,
  programNames,
  programOf,
  serviceNames,
  type StoreName,
} from './services';
import { stopProcesses } from './stop-cluster';

export interface AdminCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * A whole Strongroom on this machine: private MariaDB and Redis, a CA, and every service as a process of its own, or as two where
 * the cluster is highly available.
 */
export class LocalCluster implements ReachableCluster {
  private readonly layout: ClusterLayout;
  private readonly stores: DataStores;
  private readonly programs: ClusterPrograms;
  private readonly processes = new Map<ComponentName, BackgroundProcess>();
  private readonly startTimeout: number;

  private constructor(
    home: string,
    private readonly description: ClusterDescription,
    private readonly authority: CertificateAuthority,
    private readonly certificates: ReadonlyMap<ProgramName | 'admin', CertificateFiles>,
    startTimeout = 60_000,
  ) {
    this.startTimeout = startTimeout;
    this.layout = new ClusterLayout(home, description.basePort);
    this.stores = chooseStores(this.layout, description);
    for (const [store, process] of this.stores.processes) this.processes.set(store, process);
    this.programs = new ClusterPrograms(description, this.layout, this.stores, certificates);
    for (const instance of this.programs.names) this.processes.set(instance, this.programs.process(instance));
  }

  /**
   * Starts a cluster and returns when every service serves and the administrator's session token is in the environment file.
   * First ends what a killed start left running in this home. If a part does not start, it throws, and leaves nothing running.
   * What this home cannot be started with at all, it refuses before it ends anything.
   */
  static async start(options: LocalClusterOptions): Promise<LocalCluster> {
    const home = makePrivateDirectory(resolve(options.home));
    const layout = new ClusterLayout(home, 0);
    requirePossibleStores(layout, options);
    const { run } = layout;
    takeOwnership(run);
    try {
      await stopProcesses(home);
      const cluster = await LocalCluster.open(home, await describeCluster(options), options.startTimeout);
      await cluster.startEverything(options.report ?? (() => {}));
      return cluster;
    } catch (error) {
      await stopProcesses(home);
      releaseOwnership(run);
      throw error;
    }
  }

  /**
   * Makes the databases of a cluster and runs every migration, then stops: a later start from this home finds them done. The
   * folder `mariadb` of the home may be copied into others, or become the first node of a cluster that is highly available.
   */
  static async prepareDatabases(home: string): Promise<void> {
    const cluster = await LocalCluster.open(makePrivateDirectory(resolve(home)), await describeCluster({ home }));
    try {
      await cluster.startStores(() => {});
    } finally {
      await stopProcesses(cluster.home);
    }
  }

  /** The cluster that runs from this home, complete and with the programs that are built now; undefined if there is none. */
  static async attach(home: string): Promise<LocalCluster | undefined> {
    const { descriptionFile } = new ClusterLayout(home, 0);
    if (!existsSync(descriptionFile)) return undefined;
    const description = JSON.parse(readFileSync(descriptionFile, 'utf8')) as ClusterDescription;
    const cluster = await LocalCluster.open(resolve(home), description);
    const files = programNames.map((name) => cluster.programs.file(name));
    if (!files.every(existsSync) || digestOf(files) !== description.digest) return undefined;
    if ([...cluster.processes.values()].some((process) => process.pid === undefined)) return undefined;
    const serving = await Promise.all(cluster.programs.names.map((instance) => cluster.isServing(instance)));
    return serving.every(Boolean) ? cluster : undefined;
  }

  private static async open(home: string, description: ClusterDescription, startTimeout?: number): Promise<LocalCluster> {
    const layout = new ClusterLayout(home, description.basePort);
    const authority = await CertificateAuthority.open(layout.pki);
    const certificates = new Map<ProgramName | 'admin', CertificateFiles>();
    for (const service of programNames) {
      certificates.set(service, await authority.issueFiles(layout.pki, service, serviceCertificate(service)));
    }
    certificates.set('admin', await authority.issueFiles(layout.pki, 'admin', { uri: userUri('admin') }));
    return new LocalCluster(home, description, authority, certificates, startTimeout);
  }

  get home(): string {
    return this.layout.home;
  }

  /** Where notification-service hands in mails, unless the operator named a server. */
  get mailPort(): number {
    return this.layout.mailPort;
  }

  get basePort(): number {
    return this.layout.basePort;
  }

  get accountId(): string {
    return this.description.accountId;
  }

  get region(): string {
    return this.description.region;
  }

  get isHighlyAvailable(): boolean {
    return this.description.highAvailability === true;
  }

  /** The names of everything that runs: services, and the database and Redis if they are the cluster's own. */
  get components(): ComponentName[] {
    return [...this.processes.keys()];
  }

  /** `host:port` as gRPC clients take it, and those of AWS after `https://`; of two processes both, separated by a comma. */
  endpoint(service: ProgramName): string {
    return addressOf(service, this.layout, this.programs.instances);
  }

  signInLink(): Promise<string> {
    return administratorsLink(this);
  }

  /** `http://127.0.0.1:<port>/metrics`. */
  metricsUrl(instance: InstanceName): string {
    return `http://127.0.0.1:${this.layout.metricsPort(instance)}/metrics`;
  }

  logFile(component: ComponentName): string {
    return this.layout.logFile(component);
  }

  /** Rotates the log of a server when it has reached its size; services do so themselves. */
  boundLog(component: ComponentName): void {
    if (isStore(component)) boundLog(this.logFile(component));
  }

  /** The port by which clients reach a component. */
  port(component: ComponentName): number {
    return this.layout.port(component);
  }

  /** The process number of a component; undefined while it does not run. */
  pid(component: ComponentName): number | undefined {
    return this.process(component).pid;
  }

  get database(): DatabaseAdministrator {
    return this.stores.administrator;
  }

  /** The administrator's way to Redis: of several servers to the one that takes writes. */
  get redis(): RedisEndpoint {
    return this.stores.redis;
  }

  /** The server of Redis that takes writes, if it is the cluster's own. */
  get redisPrimary(): StoreName | undefined {
    return this.components.filter(isStore).find((store) => this.port(store) === this.redis.port);
  }

  /** The file that a shell sources to call this cluster; mode 0600. */
  get environmentFile(): string {
    return this.layout.environmentFile;
  }

  /** The certificate of the first administrator, `spiffe://strongroom.local/user/admin`. */
  get adminCertificate(): CertificateFiles {
    return this.certificates.get('admin')!;
  }

  /** The first administrator's access key. */
  get adminCredentials(): AdminCredentials {
    return JSON.parse(readFileSync(this.layout.adminCredentialsFile, 'utf8')) as AdminCredentials;
  }

  /** The certificate of a service itself, for tests of what services may ask each other. */
  serviceCertificate(service: ProgramName): CertificateFiles {
    return this.certificates.get(service)!;
  }

  /**
   * Issues a client certificate with this URI SAN, and keeps it in the cluster's pki folder. It opens nothing until
   * identity-service knows the URI.
   */
  issueClientCertificate(uri: string): Promise<CertificateFiles> {
    return issueClientCertificate(this.authority, this.layout.pki, uri);
  }

  isServing(instance: InstanceName): Promise<boolean> {
    return isServing(`localhost:${this.layout.port(instance)}`, this.adminCertificate.caFile);
  }

  /** Sends a signal to one component, and waits until its process is gone by SIGKILL or SIGTERM, or stands still by SIGSTOP. */
  async kill(component: ComponentName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.process(component);
    if (signal === 'SIGSTOP') return process.suspend();
    process.signal(signal);
    if (signal !== 'SIGKILL' && signal !== 'SIGTERM') return;
    if (!(await process.waitForExit(30_000))) throw new Error(`${component} is still running 30 s after ${signal}`);
  }

  /** Starts one component again with its present data, and returns when it serves. */
  async startComponent(component: ComponentName): Promise<void> {
    if (isStore(component)) return this.stores.startServer(component);
    const process = this.process(component);
    await process.start();
    await process.waitUntil('serving', () => this.isServing(component), this.startTimeout);
  }

  /** Starts a database node whose disk has lost everything, and returns when it has all data again and serves. */
  startEmptied(node: StoreName): Promise<void> {
    return this.stores.startServer(node, { empty: true });
  }

  /**
   * Cuts a database node, or the Redis primary, off from those that stand beside it; services still reach it.
   * @throws Error if nothing stands beside it
   */
  isolate(store: StoreName): Promise<void> {
    return this.stores.isolate(store);
  }

  /** Ends what `isolate` did. Returns when all of them belong together again. */
  reconnect(store: StoreName): Promise<void> {
    return this.stores.reconnect(store);
  }

  /** Waits until all databases and all servers of Redis stand in for each other: before, one that fails may be one too many. */
  settled(): Promise<void> {
    return this.stores.settled();
  }

  /** Starts a service that may wait for somebody before it serves; resolves when `/healthz` says that all is well with it. */
  async launch(service: ProgramName): Promise<void> {
    const process = this.process(service);
    const url = `http://127.0.0.1:${this.layout.metricsPort(service)}/healthz`;
    const isHealthy = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    await process.start();
    await process.waitUntil('healthy', isHealthy, this.startTimeout);
  }

  /**
   * Runs a task of a service as an operator on its machine does: its arguments, such as `root-key status`, and lines for standard
   * input. Resolves with what it prints. @throws Error with what it refuses
   */
  command(service: ProgramName, args: readonly string[], lines: readonly string[] = []): Promise<string> {
    return this.programs.command(service, args, lines);
  }

  /** Starts one service again and returns when it serves. */
  startService(instance: InstanceName): Promise<void> {
    return this.startComponent(instance);
  }

  /**
   * Ends one service, runs the migrations that its program brings by now, and starts it; returns when it serves.
   *
   * @param program what it runs from now on. Another process of the same service goes on with what it has until it is renewed.
   */
  async renewService(instance: InstanceName, program?: Program): Promise<void> {
    await this.kill(instance, 'SIGTERM');
    const service = programOf(instance);
    if (program) {
      this.programs.replace(service, program);
      this.processes.set(instance, this.programs.process(instance));
    }
    if (isService(service)) await this.programs.migrate(service);
    await this.startComponent(instance);
  }

  /** Ends everything; the data stays in the home folder. */
  async stop(): Promise<void> {
    await stopProcesses(this.home);
    releaseOwnership(this.layout.run);
  }

  /** Lets the cluster continue without this process. */
  release(): void {
    releaseOwnership(this.layout.run);
  }

  /** Writes the environment file with a new session token of the administrator. */
  async refreshEnvironmentFile(): Promise<void> {
    await writeEnvironmentFile(
      this.layout.environmentFile,
      this.description,
      serviceAddresses(this.layout, this.programs.instances),
      { certificate: this.adminCertificate, credentialsFile: this.layout.adminCredentialsFile },
      {
        STRONGROOM_HOME: this.home,
        STRONGROOM_BASE_PORT: `${this.basePort}`,
        STRONGROOM_AUTHORITY_DIRECTORY: this.layout.pki,
      },
    );
  }

  private process(component: ComponentName): BackgroundProcess {
    const process = this.processes.get(component);
    if (!process) throw new Error(`${component} is not this cluster's own`);
    return process;
  }

  private async startEverything(report: (phase: string) => void): Promise<void> {
    await this.requireFreePorts();
    await this.startStores(report);
    report('starting the services');
    await this.allOrNone([
      this.programs.createAdministrator(),
      ...this.programs.names.map((instance) => this.startComponent(instance)),
    ]);
    await this.refreshEnvironmentFile();
    writePrivateFile(this.layout.descriptionFile, JSON.stringify(this.description));
  }

  /** The database and Redis, with everything in them that services expect. */
  private async startStores(report: (phase: string) => void): Promise<void> {
    for (const service of serviceNames) {
      const file = this.layout.rootKeyFile(service);
      if (file) await provideRootKeyFile(file);
    }
    this.stores.provideRedisUsers();
    report('starting the database and Redis');
    await this.stores.start();
    await this.stores.users.provision();
    report('running migrations');
    await this.allOrNone(serviceNames.map((service) => this.programs.migrate(service)));
  }

  /** Waits for all of them. If one fails, ends the others, so that none starts something after this has thrown. */
  private async allOrNone(starts: Promise<void>[]): Promise<void> {
    try {
      await Promise.all(starts);
    } catch (error) {
      await stopProcesses(this.home);
      await Promise.allSettled(starts);
      throw error;
    }
  }

  private async requireFreePorts(): Promise<void> {
    for (const component of this.components) {
      const port = this.layout.port(component);
      if (await isPortFree(port)) continue;
      throw new Error(`port ${port} of ${component} is in use by another program: choose other ports with STRONGROOM_BASE_PORT`);
    }
  }
}

/** Whether some process starts or watches a cluster from this home now. */
export function isOwned(home: string): boolean {
  return currentOwner(new ClusterLayout(home, 0).run) !== undefined;
}
