import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ClusterLayout,
  findFreePorts,
  isPortFree,
  type LocalCluster,
  type ProgramName,
  programNames,
  superviseCluster,
} from '@strongroom/local-cluster';
import { ClusterError, inForeground, readOptions, say } from '../cluster/cluster';
import { LogReader } from '../log-reader';

/** Bundles the service into a file, now and whenever its source changes, and tells each time whether it worked. */
export type Watch = (file: string, onBuilt: (isGood: boolean) => void) => Promise<{ dispose(): Promise<unknown> }>;

/** Where debuggers look first. */
const INSPECTOR_PORT = 9229;
const LOG_INTERVAL = 100;

const isProgram = (name: string): name is ProgramName => (programNames as readonly string[]).includes(name);

/**
 * Runs one service from its source beside the rest of the cluster, until Ctrl-C. It is built and restarted on change, and open to
 * a debugger.
 */
export async function develop(service: string, watch: Watch): Promise<void> {
  if (!isProgram(service)) throw new ClusterError(`${service} is no service of a cluster: ${programNames.join(', ')} are`);
  const options = readOptions();
  const file = resolve('dist/dev', service, 'main.js');
  const builds = new Builds();
  const watching = await watch(file, (isGood) => builds.tell(isGood));
  if (!(await builds.first)) throw new ClusterError(`${service} does not build yet`);
  const port = (await isPortFree(INSPECTOR_PORT)) ? INSPECTOR_PORT : await findFreePorts(1);
  const log = new LogReader(new ClusterLayout(options.home, 0).logFile(service));
  const showing = setInterval(() => log.read().forEach(say), LOG_INTERVAL);
  const programs = {
    [service]: { file, nodeArguments: [`--inspect=127.0.0.1:${port}`], environment: { NODE_ENV: 'development' } },
  };
  try {
    await inForeground({ ...options, programs }, async (cluster, signal) => {
      say(`${service} runs from its source: it starts again when that changes. Debuggers: 127.0.0.1:${port}. Its log:`);
      const others = cluster.components.filter((component) => component !== service);
      await Promise.all([superviseCluster(cluster, say, signal, others), keepNew(cluster, service, builds, signal)]);
    });
  } finally {
    clearInterval(showing);
    await watching.dispose();
  }
}

/** Remembers what was built until somebody asks. */
class Builds {
  private settleFirst: (isGood: boolean) => void = () => undefined;
  private last?: boolean;
  private isFirst = true;
  /** Whether the first of them worked. */
  readonly first = new Promise<boolean>((settle) => (this.settleFirst = settle));

  tell(isGood: boolean): void {
    if (this.isFirst) this.settleFirst(isGood);
    else this.last = isGood;
    this.isFirst = false;
  }

  /** Whether the newest build worked, once; undefined where there was none since. */
  take(): boolean | undefined {
    const { last } = this;
    this.last = undefined;
    return last;
  }
}

/** Restarts the service after each build that worked, until `signal` aborts. */
async function keepNew(cluster: LocalCluster, service: ProgramName, builds: Builds, signal: AbortSignal): Promise<void> {
  let isTold = false;
  while (!signal.aborted) {
    const isGood = builds.take();
    if (isGood === false) say(`✗ ${service} does not build; the one before runs on`);
    if (isGood) isTold = await restart(cluster, service, signal);
    if (!isTold && !signal.aborted && cluster.pid(service) === undefined) {
      isTold = true;
      say(`${service} ended; it starts again when its source changes`);
    }
    await sleep(LOG_INTERVAL);
  }
}

/** Resolves with whether it was told that the service does not run. */
async function restart(cluster: LocalCluster, service: ProgramName, signal: AbortSignal): Promise<boolean> {
  const start = performance.now();
  let isBusy = true;
  // What starts while all is to end would stay.
  const end = async () => {
    for (; isBusy; await sleep(LOG_INTERVAL)) await cluster.kill(service);
  };
  const onAbort = () => void end();
  signal.addEventListener('abort', onAbort, { once: true });
  say(`→ ${service} has changed and starts again …`);
  try {
    await cluster.renewService(service);
    if (!signal.aborted) say(`✓ ${service} serves again (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return false;
  } catch (error) {
    if (!signal.aborted) say(`✗ ${(error as Error).message}`);
    return true;
  } finally {
    isBusy = false;
    signal.removeEventListener('abort', onAbort);
  }
}
