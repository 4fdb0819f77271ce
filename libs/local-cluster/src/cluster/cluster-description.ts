import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePorts } from '../ports';
import { PORTS_PER_CLUSTER, PORTS_PER_REPLICATED_CLUSTER } from './cluster-layout';
import type { DataStoreOptions } from './data-stores';
import type { ClusterNames } from './service-environment';
import { type ProgramName, programNames } from './services';

export interface LocalClusterOptions extends Partial<ClusterNames>, DataStoreOptions {
  /** All files of the cluster: data, keys, logs. Created if absent; kept when the cluster stops. */
  home: string;
  /**
   * The first of the ports on the loopback interface that the cluster takes: 50, or 100 if it is highly available. Default: that
   * of a free block.
   */
  basePort?: number;
  /** The folder with apps/<service>/main.js. Default `dist` of the working directory. */
  distribution?: string;
  /** What runs instead of programs of the distribution. */
  programs?: Programs;
  /** What does not run: nobody answers at these programs' addresses. Default: none. */
  without?: readonly ProgramName[];
  /** More variables for every service. */
  environment?: Record<string, string>;
  /** The time that a service has from its start until it serves; milliseconds. Default 60,000. */
  startTimeout?: number;
  /** Called with the present phase of the start. */
  report?: (phase: string) => void;
}

/** Another program for a service: its bundle, what node is told when it serves, and variables of its own. */
export interface Program {
  file: string;
  nodeArguments: readonly string[];
  environment: Readonly<Record<string, string>>;
}
export type Programs = Partial<Record<ProgramName, Program>>;

/** What a later process needs to find the cluster again. */
export interface ClusterDescription extends ClusterNames, DataStoreOptions {
  basePort: number;
  distribution: string;
  programs?: Programs;
  without?: readonly ProgramName[];
  environment: Record<string, string>;
  /** A digest of the programs that the services run. */
  digest: string;
}

/** What is written of a cluster that is started so. @throws Error if a program is not built, or no block of ports is free */
export async function describeCluster(options: LocalClusterOptions): Promise<ClusterDescription> {
  const distribution = resolve(options.distribution ?? 'dist');
  const { programs, without, highAvailability } = options;
  const ports = highAvailability ? PORTS_PER_REPLICATED_CLUSTER : PORTS_PER_CLUSTER;
  return {
    basePort: options.basePort ?? (await findFreePorts(ports)),
    accountId: options.accountId ?? '000000000000',
    region: options.region ?? 'us-east-1',
    distribution,
    programs,
    without,
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    highAvailability,
    environment: options.environment ?? {},
    digest: digestOf(programNames.map((name) => programFile(name, { distribution, programs }))),
  };
}

/** One digest of all these files. */
export function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** The bundle of a program. */
export function programFile(
  name: ProgramName,
  { distribution, programs }: Pick<ClusterDescription, 'distribution' | 'programs'>,
): string {
  return programs?.[name]?.file ?? join(distribution, 'apps', name, 'main.js');
}
