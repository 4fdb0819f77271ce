import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateFiles } from '../pki/certificate-authority';
import { writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { runCommand } from '../processes/run-command';
import { type ClusterDescription, digestOf, type Program, programFile } from './cluster-description';
import type { ClusterLayout } from './cluster-layout';
import type { DataStores } from './data-stores';
import { migrationEnvironment, serviceEnvironment } from './service-environment';
import { type InstanceName, instancesOf, type ProgramName, programNames, programOf, type ServiceName } from './services';

/** The time that a migration or the creation of the administrator may take; milliseconds. */
const TASK_TIMEOUT = 120_000;

/** The programs of a cluster: what runs of them, in which environment, and the tasks that they do before they serve. */
export class ClusterPrograms {
  constructor(
    private readonly description: ClusterDescription,
    private readonly layout: ClusterLayout,
    private readonly stores: DataStores,
    private readonly certificates: ReadonlyMap<ProgramName | 'admin', CertificateFiles>,
  ) {}

  /** The number of processes of each program. */
  get instances(): number {
    return this.description.highAvailability ? 2 : 1;
  }

  /** What runs, in the order of their ports. */
  get names(): InstanceName[] {
    const names = programNames.filter((name) => !this.description.without?.includes(name));
    return names.flatMap((name) => instancesOf(name, this.instances));
  }

  /** The bundle that a program runs. */
  file(name: ProgramName): string {
    return programFile(name, this.description);
  }

  /** The process that serves. */
  process(instance: InstanceName): BackgroundProcess {
    const program = programOf(instance);
    const nodeArguments = this.description.programs?.[program]?.nodeArguments ?? [];
    return this.background(instance, [...nodeArguments, this.file(program)], this.environmentOf(instance));
  }

  /** Runs another program for this one from now on; what runs now goes on. */
  replace(name: ProgramName, program: Program): void {
    this.description.programs = { ...this.description.programs, [name]: program };
  }

  /** @see LocalCluster.command */
  command(service: ProgramName, args: readonly string[], lines: readonly string[]): Promise<string> {
    const env = this.environmentOf(service);
    return runCommand({ command: process.execPath, args: [this.file(service), ...args], env, lines });
  }

  /** Runs a service's migrations, unless this program has already run them on this data. */
  async migrate(service: ServiceName): Promise<void> {
    const { databaseDirectory } = this.stores;
    const marker = databaseDirectory && join(databaseDirectory, `migrated-${service}`);
    const digest = digestOf([this.file(service)]);
    if (marker && existsSync(marker) && readFileSync(marker, 'utf8') === digest) return;
    if (marker) rmSync(marker, { force: true });
    const env = { ...this.environmentOf(service), ...migrationEnvironment(service, this.layout) };
    await this.perform(service, 'migrate', env);
    await this.stores.users.grantTables(service);
    if (marker) writePrivateFile(marker, digest);
  }

  /** Makes the first administrator, as soon as identity-service's tables are there. */
  createAdministrator(): Promise<void> {
    const env = {
      ...this.environmentOf('identity-service'),
      STRONGROOM_ADMIN_CREDENTIALS_FILE: this.layout.adminCredentialsFile,
    };
    return this.perform('identity-service', 'bootstrap', env);
  }

  /** Runs a service's program until it has done one task. */
  private perform(service: ServiceName, task: 'migrate' | 'bootstrap', env: Record<string, string>): Promise<void> {
    return this.background(`${service}-${task}`, [this.file(service), task], env).run(TASK_TIMEOUT);
  }

  private background(
    name: Parameters<ClusterLayout['pidFile']>[0],
    args: string[],
    env: Record<string, string>,
  ): BackgroundProcess {
    const { layout } = this;
    return new BackgroundProcess({
      name,
      command: process.execPath,
      args,
      env,
      pidFile: layout.pidFile(name),
      logFile: layout.logFile(name),
    });
  }

  private environmentOf(instance: InstanceName): Record<string, string> {
    const service = programOf(instance);
    const { layout, stores, instances, description: names } = this;
    return {
      ...serviceEnvironment(instance, this.certificates.get(service)!, { layout, stores, instances, names }),
      ...this.description.environment,
      ...this.description.programs?.[service]?.environment,
    };
  }
}
