import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ClusterLayout } from '../cluster/cluster-layout';
import { chooseStores } from '../cluster/choose-stores';
import type { DataStoreOptions } from '../cluster/data-stores';
import { serviceNames, services } from '../cluster/services';
import { makePrivateDirectory, writePrivateFile } from '../private-files';
import { dumpDatabase, versionOf } from './database-dump';
import { BackupError, describeFiles, filesBelow, type Manifest, MANIFEST } from './manifest';
import { copyRedis } from './redis-copy';
import { encryptRootKeys, rootKeyNames } from './root-key-files';

export interface BackupOptions {
  /** Of the cluster, which runs. */
  home: string;
  /** Made by the backup: it must not exist, or be empty. */
  folder: string;
  /** Of Strongroom. */
  version: string;
  /** age recipients for the root keys; none: the root keys are not in the backup. */
  recipients?: readonly string[];
  report?: (phase: string) => void;
  signal?: AbortSignal;
}

interface Described extends DataStoreOptions {
  basePort: number;
  accountId: string;
  region: string;
}

/**
 * Backs up a running local cluster, which goes on meanwhile. Everything in the folder is of mode 0600, because it holds the CA's
 * key and passwords. If it fails, it leaves no folder.
 *
 * @throws BackupError
 */
export const backupCluster = async ({
  home,
  folder,
  version,
  recipients = [],
  report,
  signal,
}: BackupOptions): Promise<Manifest> => {
  const described = describe(home);
  const layout = new ClusterLayout(home, described.basePort);
  if (described.redisUrl !== undefined || described.databaseUrl !== undefined) {
    throw new BackupError(
      'This cluster uses a database or a Redis of its own operator.',
      'Back them up with their own means, beside the folder of the cluster.',
    );
  }
  const stores = chooseStores(layout, described);
  if ([...stores.processes.values()].some((process) => process.pid === undefined)) {
    throw new BackupError(`The database and Redis of ${home} do not run.`, 'Start the cluster first: `npm start`.');
  }
  return intoNewFolder(folder, async (draft) => {
    report?.('copying keys and certificates');
    const rootKeyFiles = rootKeyNames(layout);
    const isApart = (name: string) => rootKeyFiles.includes(name);
    cpSync(layout.pki, join(draft, 'pki'), { recursive: true });
    cpSync(layout.secrets, join(draft, 'secrets'), { recursive: true, filter: (source) => !isApart(basename(source)) });
    if (recipients.length > 0) await encryptRootKeys(layout, recipients, draft);
    // Before the database: an event that moves from the journal to the trail meanwhile is in both, and enters the trail once.
    report?.('copying the journal');
    await copyRedis(stores.redis, stores.redisData, join(draft, 'redis'));
    report?.('dumping the database');
    const schemas = serviceNames.map((service) => services[service].schema);
    const rows = await dumpDatabase(stores.administrator, schemas, join(draft, 'database.sql.gz'), layout.run, signal);
    report?.('computing digests');
    const { accountId, region, basePort } = described;
    return {
      format: 1,
      kind: 'local',
      createdAt: new Date().toISOString(),
      version,
      accountId,
      region,
      basePort,
      databaseVersion: await versionOf(stores.administrator),
      rows,
      rootKeyFiles,
      rootKeys: recipients.length > 0 ? 'encrypted' : 'apart',
      files: await describeFiles(draft),
    };
  });
};

const describe = (home: string): Described => {
  const { descriptionFile } = new ClusterLayout(home, 0);
  if (!existsSync(descriptionFile)) throw new BackupError(`${home} has no cluster.`, 'Name its folder with --home.');
  return JSON.parse(readFileSync(descriptionFile, 'utf8')) as Described;
};

/** `write` fills a folder, which gets its name once it is complete, with the manifest. */
export const intoNewFolder = async (folder: string, write: (draft: string) => Promise<Manifest>): Promise<Manifest> => {
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new BackupError(`${target} is not empty.`, 'Name a folder that does not exist yet.');
  }
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}.partial`;
  rmSync(draft, { recursive: true, force: true });
  try {
    const manifest = await write(makePrivateDirectory(draft));
    // Redis and tar leave modes that only the folder above makes up for.
    for (const name of filesBelow(draft)) chmodSync(join(draft, name), 0o600);
    writePrivateFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
    return manifest;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};
