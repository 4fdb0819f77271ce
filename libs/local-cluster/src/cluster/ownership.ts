import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from '../processes/process-identity';

const ownerFile = (runDirectory: string) => join(runDirectory, 'owner.json');

/** The process that starts or watches the cluster now; undefined when none does. */
export function currentOwner(runDirectory: string): ProcessIdentity | undefined {
  try {
    const owner = JSON.parse(readFileSync(ownerFile(runDirectory), 'utf8')) as ProcessIdentity;
    return isRunning(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Makes this process the only one that starts, watches or ends the cluster. @throws Error if another one does */
export function takeOwnership(runDirectory: string): void {
  mkdirSync(runDirectory, { recursive: true, mode: 0o700 });
  const owner = currentOwner(runDirectory);
  if (owner?.pid === process.pid) return;
  if (owner) throw new Error(`process ${owner.pid} runs a cluster from ${runDirectory}; \`npm stop\` ends it`);
  rmSync(ownerFile(runDirectory), { force: true });
  // If two start at the same moment, one finds the file that the other made.
  writeFileSync(ownerFile(runDirectory), JSON.stringify(identify(process.pid)), { flag: 'wx', mode: 0o600 });
}

/** Gives up control of the cluster, so that another process can take it. */
export function releaseOwnership(runDirectory: string): void {
  if (currentOwner(runDirectory)?.pid === process.pid) rmSync(ownerFile(runDirectory), { force: true });
}
