import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { identify, isRunning, stopRecorded, writePrivateFile, type ProcessIdentity } from '@strongroom/local-cluster';

/** Folders below the system's temporary one that hold servers of a test run, and `owner.json` with the run's process. */
export const TEST_DIRECTORY_PREFIX = 'strongroom-test-';

/** A new folder for servers of this run. Whoever makes it removes it; if this process is killed, a later run does. */
export const makeTestDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), TEST_DIRECTORY_PREFIX));
  writePrivateFile(join(directory, 'owner.json'), JSON.stringify(identify(process.pid)));
  return directory;
};

const pidFilesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'run') return pidFilesIn(join(directory, entry.name));
    return entry.name.endsWith('.pid') ? [join(directory, entry.name)] : [];
  });

/** Where runs create their folders: in memory, or on disk if memory had no room (tools/jest.config.cjs). */
const parents = (): string[] => [...new Set([tmpdir(), '/tmp', '/dev/shm'])].filter(existsSync);

/** Ends what test runs left behind whose process has gone, and removes their data. */
export const removeAbandoned = async (): Promise<void> => {
  const entries = parents().flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
  for (const directory of entries.filter((path) => basename(path).startsWith(TEST_DIRECTORY_PREFIX))) {
    try {
      const owner = JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8')) as ProcessIdentity;
      if (isRunning(owner)) continue;
      await Promise.all(pidFilesIn(directory).map((file) => stopRecorded(file, 5_000)));
    } catch {
      continue; // Another user's, or one that is being made or removed right now.
    }
    rmSync(directory, { recursive: true, force: true });
  }
};
