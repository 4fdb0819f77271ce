import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pollUntil } from '@strongroom/clock';
import type { LocalCluster } from '@strongroom/local-cluster';

const PATIENCE_MS = 20_000;
const SHOWN = 10;
/** `dispatch` is the profiler itself, when it starts and stops. */
const IDLE = ['(idle)', 'dispatch'];
const STORES = ['mariadb', 'redis'];

/** What V8 writes: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

export interface ProfileOfService {
  service: string;
  /** The share of the wall time in which its main thread was busy. */
  busy: number;
  /** The shares of its busy time by place, the largest first. */
  parts: [where: string, share: number][];
}

export interface ProfiledScenario {
  name: string;
  services: ProfileOfService[];
}

/**
 * The environment of a cluster whose services can be profiled; `folder` gets the profiles, which open in any browser's developer
 * tools.
 */
export const profiling = (folder: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${resolve('tools/bench/profile-on-signal.cjs')}`,
  BENCH_PROFILES: resolve(folder),
});

/** Profiles every service while `work` runs, and puts the profiles into a folder of that name. */
export const profile = async (
  cluster: LocalCluster,
  folder: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<ProfileOfService[]> => {
  mkdirSync(folder, { recursive: true });
  const services = cluster.components.filter((component) => !STORES.includes(component));
  const signal = () => services.forEach((service) => process.kill(cluster.pid(service)!, 'SIGUSR2'));
  const fileOf = (service: string) => join(folder, `${service}.cpuprofile`);
  for (const service of services) rmSync(fileOf(service), { force: true });
  signal();
  await work();
  signal();
  const areWritten = () => services.every((service) => existsSync(fileOf(service)));
  if (!(await pollUntil(areWritten, PATIENCE_MS, 100))) throw new Error('a service did not write its profile');
  const kept = join(folder, name.replaceAll(/\W+/g, '-'));
  mkdirSync(kept, { recursive: true });
  return services.map((service) => {
    const file = join(kept, `${service}.cpuprofile`);
    renameSync(fileOf(service), file);
    return summary(service, readProfile(file));
  });
};

const readProfile = (file: string): CpuProfile => JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;

const summary = (service: string, { nodes, samples, timeDeltas }: CpuProfile): ProfileOfService => {
  const where = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = where.get(id)!;
    spent.set(place, (spent.get(place) ?? 0) + timeDeltas[index]!);
  });
  const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const busy = total - IDLE.reduce((sum, place) => sum + (spent.get(place) ?? 0), 0);
  for (const place of IDLE) spent.delete(place);
  const parts = [...spent].map(([place, time]): [string, number] => [place, time / busy]).sort((a, b) => b[1] - a[1]);
  return { service, busy: busy / total, parts: parts.slice(0, SHOWN) };
};

/** A package, a part of Node, or the service itself; native functions and V8's own work by their names. */
const placeOf = ({ functionName, url }: { functionName: string; url: string }): string => {
  if (url === '') return functionName;
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  return inPackage ? inPackage[1]! : 'its own code';
};
