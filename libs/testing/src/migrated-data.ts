import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LocalCluster, programNames } from '@strongroom/local-cluster';
import { makeTestDirectory } from './abandoned-runs';

/** Databases after every migration of the programs that are built now, by a digest of these. */
const KEPT = 'dist/test-data';

/**
 * Gives a cluster that has not been started yet the databases that it would make: the first one of a build makes them, and the
 * others copy.
 */
export const provideMigratedData = async (directory: string): Promise<void> => {
  const kept = join(KEPT, digestOfPrograms());
  if (!existsSync(kept)) await make(kept);
  cpSync(kept, directory, { recursive: true });
};

const digestOfPrograms = (): string => {
  const hash = createHash('sha256');
  for (const name of programNames) hash.update(readFileSync(join('dist/apps', name, 'main.js')));
  return hash.digest('hex').slice(0, 32);
};

const make = async (kept: string): Promise<void> => {
  const home = makeTestDirectory();
  try {
    await LocalCluster.prepareDatabases(home);
    const databases = join(home, 'mariadb');
    // The password of each cluster is its own.
    for (const file of ['administrator.password', 'administrator.sql', 'tmp']) rmSync(join(databases, file), { recursive: true });
    mkdirSync(KEPT, { recursive: true });
    for (const old of readdirSync(KEPT)) if (join(KEPT, old) !== kept) rmSync(join(KEPT, old), { recursive: true, force: true });
    const draft = `${kept}.${basename(home)}`;
    cpSync(databases, draft, { recursive: true });
    // Another run may have been faster.
    if (existsSync(kept)) rmSync(draft, { recursive: true });
    else renameSync(draft, kept);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};
