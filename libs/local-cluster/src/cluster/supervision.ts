import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalCluster } from './local-cluster';
import type { ComponentName } from './services';

const CHECK_INTERVAL = 500;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** If a component ran this long, its earlier ends do not count any more; milliseconds. */
const STABLE_AFTER = 60_000;

const keepRunning = async (
  cluster: LocalCluster,
  component: ComponentName,
  report: (line: string) => void,
  signal: AbortSignal,
) => {
  let pause = SHORTEST_PAUSE;
  let startedAt = Date.now();
  for (;;) {
    await sleep(CHECK_INTERVAL, undefined, { signal });
    cluster.boundLog(component);
    if (cluster.pid(component) !== undefined) continue;
    if (Date.now() - startedAt > STABLE_AFTER) pause = SHORTEST_PAUSE;
    report(`${component} ended; it starts again in ${pause / 1000} s (${cluster.logFile(component)})`);
    await sleep(pause, undefined, { signal });
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    startedAt = Date.now();
    try {
      await cluster.startComponent(component);
      report(`${component} serves again`);
    } catch (error) {
      report(`${component} did not come back: ${(error as Error).message}`);
    }
  }
};

/**
 * Restarts components that end by themselves, each with a growing pause, and rotates the logs of servers, until `signal` aborts.
 *
 * @param components default: all
 */
export async function superviseCluster(
  cluster: LocalCluster,
  report: (line: string) => void,
  signal: AbortSignal,
  components: readonly ComponentName[] = cluster.components,
): Promise<void> {
  // Each of them listens while it waits; node takes more than ten listeners for a leak.
  setMaxListeners(components.length + 1, signal);
  const watches = components.map((component) => keepRunning(cluster, component, report, signal));
  await Promise.allSettled(watches);
}
