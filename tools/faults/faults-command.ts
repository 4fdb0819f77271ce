import { mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalCluster, stopCluster } from '@strongroom/local-cluster';
import { ClusterError } from '../cluster/cluster';
import { faults } from './faults';
import { recoveryTable } from './recovery-table';
import { drawFaults, run } from './run';

export interface FaultOptions {
  seed?: string;
  /** Faults. Default 20. */
  count?: number;
  /** Text that the names of the kinds contain. Default: all kinds. */
  only?: string;
}

/** Does faults to a highly available cluster of its own; resolves with whether all held that must hold. */
export async function injectFaults({ seed = String(Date.now()), count = 20, only = '' }: FaultOptions): Promise<boolean> {
  if (!faults.some(({ kind }) => kind.includes(only))) {
    throw new ClusterError(`no kind of fault is called so: ${only}; there are ${faults.map(({ kind }) => kind).join(', ')}`);
  }
  const home = mkdtempSync(resolve('.strongroom-faults-'));
  const say = (line: string) => console.log(line);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopCluster(home).finally(() => process.exit(130)));
  }
  say(`Seed ${seed}: ${count} faults. Starting a cluster …`);
  const cluster = await LocalCluster.start({ home, highAvailability: true });
  let found = 1;
  try {
    const outcomes = await run({ cluster, faults: [...drawFaults(seed, count, only)], say });
    found = outcomes.filter(({ findings }) => findings.length > 0).length;
    say(`\nSeed ${seed}:\n\n${recoveryTable(outcomes)}\n`);
    say(found === 0 ? 'All of it held.' : `${found} faults had findings; the cluster's files are kept in ${home}.`);
    return found === 0;
  } finally {
    await cluster.stop();
    if (found === 0) rmSync(home, { recursive: true, force: true });
  }
}
