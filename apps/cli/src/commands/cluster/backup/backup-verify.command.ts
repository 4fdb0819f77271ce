import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../../exit-code';
import type { AddCommand } from '../../../program';
import { examples } from '../../examples';
import { explained, loadLocalCluster } from '../local-cluster';
import { inspect } from './inspection';
import { type RootKeyOptions, rootKeySourceOf, withRootKeySource } from './root-key-options';

interface VerifyOptions extends RootKeyOptions {
  sample: number;
  scratch?: string;
}

const MAX_SAMPLE = 10_000;

const parseSample = (text: string): number => {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= MAX_SAMPLE) return size;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_SAMPLE}.`);
};

export const addBackupVerify: AddCommand = (program, cli, setExitCode) => {
  withRootKeySource(program.command('backup-verify'))
    .description('restore a backup into a cluster for this purpose alone, read secrets there, verify its trail, and remove it')
    .argument('<folder>', 'the backup')
    .option('--sample <count>', 'how many secrets to decrypt', parseSample, 20)
    .option('--scratch <folder>', 'where to make that cluster; default: the folder for temporary files')
    .addHelpText(
      'after',
      `
The cluster listens on free ports of this machine. Its rotations and notifications reach no server. It reads secrets of
the account that the cluster started with, as the first administrator. The folder holds what the backup holds, so it should be on
a disk that you trust.

Exit codes: 0 the backup is good, 7 a value or the trail is not, 1 it cannot be restored.
`,
    )
    .addHelpText(
      'after',
      examples(
        'cluster backup-verify /backups/today --root-keys .strongroom/secrets',
        'cluster backup-verify /backups/today --identity key.txt --sample 500',
      ),
    )
    .action(async (folder: string, { sample, scratch, ...options }: VerifyOptions) => {
      const { library, checkout } = await loadLocalCluster();
      const { printer, signal } = cli;
      const inspection = await explained(
        library.verifyBackup({
          folder: resolve(folder),
          rootKeys: rootKeySourceOf(options),
          scratch: scratch === undefined ? undefined : resolve(scratch),
          distribution: join(checkout, 'dist'),
          inspect: (cluster) => {
            printer.note('… reading secrets and verifying the trail');
            return inspect(cluster, { sample, signal });
          },
          report: (phase) => printer.note(`… ${phase}`),
          signal,
        }),
      );
      const { secrets, read, skipped, failed, trail } = inspection;
      const isGood = failed.length === 0 && trail.valid && (read > 0 || secrets === skipped);
      printer.one(
        { good: isGood, ...inspection },
        {
          BACKUP: () => (isGood ? 'good' : 'NOT GOOD'),
          SECRETS: () =>
            `${secrets}, of which ${read} were decrypted${skipped > 0 ? ` and ${skipped} have no value that the administrator may read` : ''}`,
          FAILED: () => failed.map(({ name, error }) => `${name}: ${error}`).join('; '),
          TRAIL: () => (trail.valid ? `intact, ${trail.events} events` : `BROKEN: ${trail.findings[0] ?? 'no finding'}`),
        },
      );
      setExitCode(isGood ? EXIT.ok : EXIT.incomplete);
    });
};
