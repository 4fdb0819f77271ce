import { setTimeout as sleep } from 'node:timers/promises';
import {
  CONSOLE,
  isOwned,
  LocalCluster,
  PORTS_PER_CLUSTER,
  PORTS_PER_REPLICATED_CLUSTER,
  programNames,
  type ReachableCluster,
  stopCluster,
  superviseCluster,
  type LocalClusterOptions,
} from '@strongroom/local-cluster';
import { bringBackShop } from '../demo/shop-server';

/** A failure whose message tells all that the reader can use. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}

const explained = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw new ClusterError((error as Error).message, { cause: error });
  }
};

export const say = (line: string) => console.log(line);

const home = () => process.env.STRONGROOM_HOME || '.strongroom';

/** A URL that a variable holds; what is wrong with it is told without it, for it may hold a password. */
const urlIn = (variable: string, protocol: RegExp, form: string): string | undefined => {
  const text = process.env[variable] || undefined;
  if (text === undefined || (URL.canParse(text) && protocol.test(new URL(text).protocol))) return text;
  throw new ClusterError(`${variable}: must be a URL of the form ${form}`);
};

/** How a cluster is started. */
export interface StartOptions {
  /** Three database nodes, three servers of Redis with sentinels, two processes of each service. Default: one of each. */
  highAvailability?: boolean;
}

/** The cluster that the environment describes: STRONGROOM_HOME, _BASE_PORT, _ACCOUNT_ID, _REGION, _DATABASE_URL, _REDIS_URL. */
export const readOptions = ({ highAvailability }: StartOptions = {}) => {
  const basePort = Number(process.env.STRONGROOM_BASE_PORT || 7400);
  const accountId = process.env.STRONGROOM_ACCOUNT_ID || '000000000000';
  const lastPort = 65_535 - (highAvailability ? PORTS_PER_REPLICATED_CLUSTER : PORTS_PER_CLUSTER);
  if (!Number.isInteger(basePort) || basePort < 1024 || basePort > lastPort) {
    throw new ClusterError(`STRONGROOM_BASE_PORT: must be a whole number from 1024 to ${lastPort}`);
  }
  if (!/^\d{12}$/.test(accountId)) throw new ClusterError('STRONGROOM_ACCOUNT_ID: 12 digits');
  const region = process.env.STRONGROOM_REGION || 'us-east-1';
  if (!/^[a-z]{2}(-[a-z0-9]+)+$/.test(region)) throw new ClusterError('STRONGROOM_REGION: must be a region such as us-east-1');
  return {
    home: home(),
    basePort,
    accountId,
    region,
    databaseUrl: urlIn('STRONGROOM_DATABASE_URL', /^(mysql|mariadb):$/, 'mysql://user:password@host:port'),
    redisUrl: urlIn('STRONGROOM_REDIS_URL', /^redis:$/, 'redis://:password@host:port'),
    highAvailability,
  } satisfies LocalClusterOptions;
};

/** Says every few seconds which phase of a start is at work. */
const withProgress = async <T>(work: (report: (phase: string) => void) => Promise<T>): Promise<T> => {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  let phase = '';
  const tick = setInterval(() => say(`  … ${seconds()} ${phase}`), 2_000);
  try {
    const result = await work((next) => (phase = next));
    say(`✓ The cluster is up (${seconds()})`);
    return result;
  } finally {
    clearInterval(tick);
  }
};

async function startCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const cluster = await explained(withProgress((report) => LocalCluster.start({ ...options, report })));
  await withShop(cluster);
  return cluster;
}

/** The cluster is up without it, too. */
async function withShop(cluster: LocalCluster): Promise<void> {
  try {
    await bringBackShop(cluster);
  } catch (error) {
    say(`  The database of the walkthrough's shop did not come back: ${(error as Error).message}`);
  }
}

/** The console of a cluster, and how its administrator gets in. */
export const sayConsole = async (cluster: ReachableCluster): Promise<void> => {
  if (!programNames.includes(CONSOLE)) return;
  say(`  The console: ${await cluster.signInLink()}`);
  say('  The link signs the administrator in once, within five minutes. Another one: npm run strongroom -s -- console-url');
};

const describe = async (cluster: LocalCluster): Promise<void> => {
  for (const service of programNames)
    say(`  ${service.padEnd(18)} ${cluster.endpoint(service).padEnd(16)} metrics ${cluster.metricsUrl(service)}`);
  say(`  For your shell: source ${cluster.environmentFile}`);
  await explained(sayConsole(cluster));
};

/**
 * Starts a cluster, does `work` until it resolves or somebody ends it by Ctrl-C or SIGTERM, which aborts the signal, and stops
 * the whole cluster.
 */
export async function inForeground(
  options: LocalClusterOptions,
  work: (cluster: LocalCluster, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  let starting = true;
  const end = async () => {
    if (ending.signal.aborted) return;
    ending.abort();
    // The start fails as its processes go; what it adds meanwhile goes too.
    for (; starting; await sleep(100)) await stopCluster(options.home);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

  let cluster: LocalCluster;
  try {
    cluster = await startCluster(options);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    process.exitCode = 130;
    return say('Stopped.');
  } finally {
    starting = false;
  }
  await describe(cluster);
  say('Ctrl-C ends it.');
  await work(cluster, ending.signal);
  say('Stopping …');
  await cluster.stop();
  say('Stopped.');
}

/** Brings the cluster up, starts again what crashes, and takes all of it down on Ctrl-C or SIGTERM. */
export function startInForeground(start: StartOptions = {}): Promise<void> {
  return inForeground(readOptions(start), (cluster, signal) => superviseCluster(cluster, say, signal));
}

/**
 * Returns when all is healthy; `npm stop` ends it. Leaves a running cluster alone if it is of this build and these settings.
 * Resolves with its home.
 */
export async function startDetached({ quiet = false, ...start }: StartOptions & { quiet?: boolean } = {}): Promise<string> {
  const options = readOptions(start);
  const running = await LocalCluster.attach(options.home);
  const isWanted =
    running?.basePort === options.basePort &&
    running.accountId === options.accountId &&
    running.region === options.region &&
    running.isHighlyAvailable === (options.highAvailability ?? false);
  if (running && isWanted) {
    await explained(running.refreshEnvironmentFile());
    await withShop(running);
    say('✓ The cluster is running');
    if (!quiet) await describe(running);
    return running.home;
  }
  if (isOwned(options.home)) {
    throw new ClusterError(
      `another process runs an older build or other settings from ${options.home}; end it with npm stop first`,
    );
  }
  const cluster = await startCluster(options);
  cluster.release();
  if (!quiet) {
    await describe(cluster);
    say('npm stop ends it.');
  }
  return cluster.home;
}

export async function stop(): Promise<void> {
  const ended = await explained(stopCluster(home()));
  say(ended ? 'Stopped; nothing is left running.' : `Nothing runs from ${home()}.`);
}
