import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const FORMAT = 1;
export const MANIFEST = 'manifest.json';

/** A file of a backup. */
export interface BackupFile {
  /** Relative to the folder of the backup. */
  name: string;
  bytes: number;
  /** SHA-256 in hex. */
  digest: string;
}

/** What a folder with a backup says about itself. It is written last: a folder without one is not a backup. */
export interface Manifest {
  format: typeof FORMAT;
  /** `local`: of `npm start`. `compose`: written by docker/backup. */
  kind: 'local' | 'compose';
  /** ISO 8601. */
  createdAt: string;
  /** Of Strongroom. */
  version: string;
  accountId: string;
  region: string;
  /** Of a local cluster. */
  basePort?: number;
  /** Of the database server. */
  databaseVersion?: string;
  /** The rows of each table, `schema.table`, in the dump. */
  rows?: Record<string, number>;
  /** The names of the files that open root keys. */
  rootKeyFiles: readonly string[];
  /**
   * `apart`: not in this folder. `encrypted`: in `root-keys/`, for the recipients. `plain`: in `keys.tar`, as docker/backup has
   * them.
   */
  rootKeys: 'apart' | 'encrypted' | 'plain';
  files: BackupFile[];
}

export class BackupError extends Error {
  override readonly name = 'BackupError';

  /** @param hint what the reader can do */
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

export const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Every file below a folder, by its name relative to it. */
export const filesBelow = (folder: string, prefix = ''): string[] =>
  readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = join(prefix, entry.name);
    return entry.isDirectory() ? filesBelow(folder, name) : [name];
  });

export const describeFiles = (folder: string): Promise<BackupFile[]> =>
  Promise.all(
    filesBelow(folder)
      .filter((name) => name !== MANIFEST)
      .sort()
      .map(async (name) => {
        const path = join(folder, name);
        return { name, bytes: statSync(path).size, digest: await digestOf(path) };
      }),
  );

const parse = (path: string): { format?: unknown } => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown };
  } catch {
    throw new BackupError(`${path} is no JSON.`);
  }
};

const isReadable = (manifest: { format?: unknown }): manifest is Manifest => manifest.format === FORMAT;

/** @throws BackupError */
export const readManifest = (folder: string): Manifest => {
  const path = join(folder, MANIFEST);
  if (!existsSync(path))
    throw new BackupError(`${folder} is no backup: it has no ${MANIFEST}.`, 'An interrupted backup has none.');
  const manifest = parse(path);
  if (!isReadable(manifest))
    throw new BackupError(`${path} has format ${String(manifest.format)}; this version reads ${FORMAT}.`);
  // What is copied by these names must not leave the folder.
  const outside = manifest.files.find(({ name }) => name.startsWith('/') || name.split('/').includes('..'));
  if (outside) throw new BackupError(`${path} names a file outside of its folder.`);
  return manifest;
};

/** @throws BackupError that names the first file which is not as it was */
export const checkFiles = async (folder: string, { files }: Manifest): Promise<void> => {
  for (const { name, bytes, digest } of files) {
    const path = join(folder, name);
    const hint = 'Take another copy of the backup.';
    if (!existsSync(path)) throw new BackupError(`${path} is missing.`, hint);
    if (statSync(path).size !== bytes || (await digestOf(path)) !== digest) {
      throw new BackupError(`${path} is not as it was written: its digest differs.`, hint);
    }
  }
};
