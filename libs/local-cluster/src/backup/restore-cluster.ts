import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClusterLayout } from '../cluster/cluster-layout';
import { currentOwner } from '../cluster/ownership';
import { findFreePorts } from '../ports';
import { makePrivateDirectory, writePrivateFile } from '../private-files';
import { findBinary } from '../servers/binaries';
import { MariaDbServer } from '../servers/mariadb.server';
import { isRunning, readIdentity } from '../processes/process-identity';
import { runCommand } from '../processes/run-command';
import { countRows, loadDatabase } from './database-dump';
import { BackupError, checkFiles, type Manifest, readManifest } from './manifest';
import { findRootKeys, type RootKeySource } from './root-key-files';

export interface RestoreOptions {
  folder: string;
  /** Of the restored cluster. */
  home: string;
  rootKeys?: RootKeySource;
  /** A cluster that is there already is set aside, beside its folder; otherwise it is an error. */
  setAside?: boolean;
  report?: (phase: string) => void;
  signal?: AbortSignal;
}

export interface Restored {
  manifest: Manifest;
  home: string;
  /** Where the cluster is that was there before. */
  setAside?: string;
}

/** Whether a folder has a cluster with data. */
export const hasCluster = (home: string): boolean =>
  ['mariadb', 'redis', 'secrets'].some((name) => existsSync(join(home, name)) && readdirSync(join(home, name)).length > 0);

/**
 * Restores a cluster, which `npm start` then starts. The folder gets its place once everything is in it: an interrupted restore
 * leaves what was there.
 *
 * @throws BackupError
 */
export const restoreCluster = async (options: RestoreOptions): Promise<Restored> => {
  const { folder, rootKeys = {}, report, signal } = options;
  const home = resolve(options.home);
  requireStopped(home);
  if (hasCluster(home) && !options.setAside) {
    throw new BackupError(
      `${home} has a cluster with data already.`,
      'Restore into another folder (--home), or set this one aside.',
    );
  }
  const manifest = readManifest(folder);
  report?.('checking digests');
  await checkFiles(folder, manifest);
  const opened = await findRootKeys(folder, manifest, rootKeys);
  const draft = `${home}.${process.pid}.partial`;
  rmSync(draft, { recursive: true, force: true });
  try {
    makePrivateDirectory(draft);
    report?.('copying keys, certificates and the journal');
    await unpack(folder, manifest, draft);
    for (const [name, content] of opened) writePrivateFile(join(draft, 'secrets', name), content);
    report?.('loading the database');
    await loadInto(draft, join(folder, manifest.kind === 'local' ? 'database.sql.gz' : 'database.sql'), manifest, signal);
    const setAside = setAsideOf(home);
    renameSync(draft, home);
    return { manifest, home, ...(setAside !== undefined && { setAside }) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

const requireStopped = (home: string): void => {
  const { run } = new ClusterLayout(home, 0);
  const files = existsSync(run) ? readdirSync(run).filter((name) => name.endsWith('.pid')) : [];
  const running = files.some((name) => {
    const identity = readIdentity(join(run, name));
    return identity !== undefined && isRunning(identity);
  });
  if (running || currentOwner(run)) throw new BackupError(`The cluster of ${home} runs.`, 'Stop it first: `npm stop`.');
};

const setAsideOf = (home: string): string | undefined => {
  if (!existsSync(home)) return undefined;
  if (readdirSync(home).length === 0) {
    rmSync(home, { recursive: true });
    return undefined;
  }
  const aside = `${home}.before-${new Date().toISOString().replace(/[-:]|\..*/g, '')}`;
  renameSync(home, aside);
  return aside;
};

/** Puts the files of a backup where a cluster has them. */
const unpack = async (folder: string, { kind }: Manifest, home: string): Promise<void> => {
  const data = join(makePrivateDirectory(join(home, 'redis')), 'data');
  if (kind === 'local') {
    cpSync(join(folder, 'pki'), join(home, 'pki'), { recursive: true });
    cpSync(join(folder, 'secrets'), join(home, 'secrets'), { recursive: true });
    cpSync(join(folder, 'redis'), data, { recursive: true });
  } else {
    const extract = (file: string, ...more: string[]) =>
      runCommand({ command: findBinary('tar'), args: ['-xf', join(folder, file), '--no-same-owner', ...more], env: {} });
    // The originals of a cluster of containers are in a folder of the same form.
    await extract('keys.tar', '-C', home, '--strip-components=1', 'state/pki', 'state/secrets');
    mkdirSync(data, { mode: 0o700 });
    await extract('redis.tar', '-C', data);
  }
  for (const name of ['pki', 'secrets', 'redis/data']) makePrivateDirectory(join(home, name));
};

const loadInto = async (home: string, file: string, { rows }: Manifest, signal?: AbortSignal): Promise<void> => {
  const layout = new ClusterLayout(home, 0);
  const server = new MariaDbServer({
    directory: join(home, 'mariadb'),
    port: await findFreePorts(1),
    pidFile: layout.pidFile('mariadb'),
    logFile: layout.logFile('mariadb'),
  });
  try {
    await server.start();
    await loadDatabase(server.administrator, file, makePrivateDirectory(layout.run), signal);
    if (rows === undefined) return;
    const loaded = await countRows(server.administrator, Object.keys(rows));
    const wrong = Object.keys(rows).find((table) => loaded[table] !== rows[table]);
    if (wrong !== undefined) {
      throw new BackupError(
        `The table ${wrong} has ${loaded[wrong]} rows after the restore, and had ${rows[wrong]} in the backup.`,
      );
    }
  } finally {
    await server.stop();
  }
};
