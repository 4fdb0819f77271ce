import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pollUntil } from '@strongroom/clock';
import { LocalCluster, programNames } from '@strongroom/local-cluster';
import { makeTestDirectory } from './abandoned-runs';

/** Databases after every migration of the programs that are built now, by a digest of these. */
const KEPT = 'dist/test-data';
/** What making them may take on a busy machine; milliseconds. */
const MAKING_MS = 90_000;

/**
 * Gives a cluster that has not been started yet the databases that it would make: the first one of a build makes them, and the
 * others copy.
 */
export const provideMigratedData = async (directory: string): Promise<void> => {
  const kept = join(KEPT, digestOfPrograms());
  if (!existsSync(kept)) await makeOnce(kept);
  cpSync(kept, directory, { recursive: true });
};

/** Levels of tests that begin side by side need it at the same time: one makes it, the others wait. */
const makeOnce = async (kept: string): Promise<void> => {
  const claim = `${kept}.claim`;
  mkdirSync(KEPT, { recursive: true });
  try {
    closeSync(openSync(claim, 'wx'));
  } catch {
    // Whoever claimed it may have been killed since.
    if (await pollUntil(() => existsSync(kept), MAKING_MS, 100)) return;
  }
  try {
    await make(kept);
  } finally {
    rmSync(claim, { force: true });
  }
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
