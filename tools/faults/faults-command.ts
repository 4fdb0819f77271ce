import { mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalCluster, stopCluster } from '@strongroom/local-cluster';
import { drawFaults, recoveryTimes, run, seconds } from './run';

export interface FaultOptions {
  seed?: string;
  /** Faults. Default 20. */
  count?: number;
}

/** Does faults to a highly available cluster of its own; resolves with whether all held that must hold. */
export async function injectFaults({ seed = String(Date.now()), count = 20 }: FaultOptions): Promise<boolean> {
  const home = mkdtempSync(resolve('.strongroom-faults-'));
  const say = (line: string) => console.log(line);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopCluster(home).finally(() => process.exit(130)));
  }
  say(`Seed ${seed}: ${count} faults. Starting a cluster …`);
  const cluster = await LocalCluster.start({ home, highAvailability: true });
  let found = 1;
  try {
    const outcomes = await run({ cluster, faults: drawFaults(seed, count), say });
    const { median, p99, most } = recoveryTimes(outcomes);
    const failed = outcomes.reduce((sum, { failures }) => sum + failures.length, 0);
    const lost = outcomes.reduce((sum, { losses }) => sum + losses.length, 0);
    found = outcomes.filter(({ findings }) => findings.length > 0).length;
    say(`\nSeed ${seed}: ${outcomes.length} faults; ${lost} losses; ${failed} calls failed in spite of their repetitions.`);
    say(`Calls were answered again after ${seconds(median)} (median), ${seconds(p99)} (p99), ${seconds(most)} (most).`);
    say(found === 0 ? 'All of it held.' : `${found} faults had findings; the cluster's files are kept in ${home}.`);
    return found === 0;
  } finally {
    await cluster.stop();
    if (found === 0) rmSync(home, { recursive: true, force: true });
  }
}
