import { join, resolve } from 'node:path';
import { CliError, usageError } from '../../../cli-error';
import type { AddCommand } from '../../../program';
import { examples } from '../../examples';
import { composeNames } from '../docker';
import { homeOf } from '../home';
import { explained, loadLocalCluster } from '../local-cluster';
import { runScript } from '../script';

interface BackupOptions {
  home?: string;
  compose?: boolean;
  withRootKeys?: boolean;
  recipient?: string[];
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const addClusterBackup: AddCommand = (program, cli) => {
  program
    .command('backup')
    .description('back up a whole cluster while it runs')
    .argument('<folder>', 'where to; it must not exist yet, or be empty')
    .option('--home <folder>', 'of the local cluster; default: STRONGROOM_HOME, else .strongroom')
    .option('--compose', 'back up the cluster of containers, by docker/backup')
    .option('--with-root-keys', 'put what opens the root keys into the folder, encrypted')
    .option('--recipient <age1…>', 'whose age identity opens them; may be repeated', collect)
    .addHelpText(
      'after',
      `
The folder has a dump of the database of one moment, the journal, the CA, passwords, and a manifest with digests. It does not have
the files that open the two root keys, unless you say --with-root-keys: a backup and its root keys together open every secret, and
one is useless without the other. Store them apart.
`,
    )
    .addHelpText(
      'after',
      examples(
        'cluster backup /backups/today',
        'cluster backup /backups/today --with-root-keys --recipient age1…',
        'cluster backup-verify /backups/today --root-keys /media/keys',
      ),
    )
    .action(async (folder: string, { home, compose, withRootKeys, recipient = [] }: BackupOptions) => {
      if (withRootKeys && recipient.length === 0)
        throw usageError('--with-root-keys needs --recipient: root keys are never written as they are.');
      if (!withRootKeys && recipient.length > 0) throw usageError('--recipient is for root keys: give --with-root-keys, too.');
      if (compose && (withRootKeys || home !== undefined))
        throw usageError('--compose takes neither --home nor --with-root-keys.');
      const { library, checkout } = await loadLocalCluster();
      const { printer, terminal, signal } = cli;
      const target = resolve(folder);
      const version = __STRONGROOM_VERSION__;
      const { env } = terminal;
      const report = (phase: string) => printer.note(`… ${phase}`);
      const manifest = await explained(
        compose
          ? library.intoNewFolder(target, async (draft) => {
              const names = await namesOf(checkout);
              await runScript(join(checkout, 'docker', 'backup'), [draft], terminal);
              return {
                format: 1,
                kind: 'compose',
                createdAt: new Date().toISOString(),
                version,
                ...names,
                rootKeyFiles: [],
                rootKeys: 'plain',
                files: await library.describeFiles(draft),
              };
            })
          : library.backupCluster({ home: homeOf(env, home), folder: target, version, recipients: recipient, report, signal }),
      );
      const { kind, rootKeys, rootKeyFiles, files, rows } = manifest;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      printer.one(
        { folder: target, ...manifest },
        {
          FOLDER: () => target,
          CLUSTER: () => `account ${manifest.accountId}, region ${manifest.region} (${kind})`,
          FILES: () => `${files.length}, ${Math.ceil(bytes / 1024)} KiB`,
          ROWS: () => rows && Object.values(rows).reduce((sum, count) => sum + count, 0),
        },
      );
      printer.note(rootKeyNote(rootKeys, rootKeyFiles, homeOf(env, home)));
    });
};

/** Docker may have to load; milliseconds. */
const DOCKER_PATIENCE = 30_000;

/** The environment of this shell may name another cluster, so compose is asked. @throws CliError if it does not tell */
const namesOf = async (checkout: string): Promise<{ accountId: string; region: string }> => {
  try {
    return await composeNames(join(checkout, 'docker', 'docker-compose.yml'), DOCKER_PATIENCE);
  } catch (error) {
    throw new CliError(`Docker does not tell of the cluster: ${(error as Error).message}`, { hint: 'Check that Docker runs.' });
  }
};

const rootKeyNote = (rootKeys: string, files: readonly string[], home: string): string => {
  if (rootKeys === 'plain') return 'keys.tar opens the root keys: store it apart from the other files.';
  if (files.length === 0) return 'No file opens the root keys: keep what your providers need (docs/root-keys.md).';
  const where = files.map((name) => join(home, 'secrets', name)).join(' and ');
  return rootKeys === 'encrypted'
    ? `The files that open the root keys are in the folder, encrypted: keep the age identity apart from it.`
    : `Without ${where} nobody can read this backup: copy them to another place than the backup.`;
};
