import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, stopRecorded } from '../processes/background-process';
import { readIdentity, isRunning } from '../processes/process-identity';
import { ClusterLayout } from './cluster-layout';
import { currentOwner, releaseOwnership } from './ownership';
import { replicatedStores, singleStores } from './services';

const storeFiles = [...singleStores, ...replicatedStores].map((store) => `${store}.pid`);
const sentinelFiles = storeFiles.filter((file) => file.startsWith('sentinel'));

/** Ends every process that runs from this home, services before what they store in. Resolves with how many there were. */
export async function stopProcesses(home: string): Promise<number> {
  const { run } = new ClusterLayout(home, 0);
  const pidFiles = existsSync(run) ? readdirSync(run).filter((file) => file.endsWith('.pid')) : [];
  const running = pidFiles.filter((file) => {
    const recorded = readIdentity(join(run, file));
    return recorded && isRunning(recorded);
  }).length;
  const stop = (files: string[]) => Promise.all(files.map((file) => stopRecorded(join(run, file), 20_000)));
  await stop(pidFiles.filter((file) => !storeFiles.includes(file)));
  // They must not have another server take over from one that ends now.
  await stop(pidFiles.filter((file) => sentinelFiles.includes(file)));
  await stop(pidFiles.filter((file) => storeFiles.includes(file)));
  return running;
}

/**
 * Ends the cluster of a home, whoever started it: a process that watches it is asked first. Resolves with how many processes
 * ended.
 */
export async function stopCluster(home: string): Promise<number> {
  const { run } = new ClusterLayout(home, 0);
  const owner = currentOwner(run);
  let asked = 0;
  if (owner && owner.pid !== process.pid) {
    asked = 1;
    await endProcess(owner, 60_000);
  }
  const stopped = asked + (await stopProcesses(home));
  releaseOwnership(run);
  return stopped;
}
