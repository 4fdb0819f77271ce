import { join, resolve } from 'node:path';
import { usageError } from '../../../cli-error';
import type { AddCommand } from '../../../program';
import { examples } from '../../examples';
import { notConfirmed } from '../../not-confirmed';
import { homeOf } from '../home';
import { explained, loadLocalCluster } from '../local-cluster';
import { runScript } from '../script';
import { type RootKeyOptions, rootKeySourceOf, withRootKeySource } from './root-key-options';

interface RestoreOptions extends RootKeyOptions {
  home?: string;
  compose?: boolean;
}

export const addClusterRestore: AddCommand = (program, cli) => {
  withRootKeySource(program.command('restore'))
    .description('restore a cluster from a backup')
    .argument('<folder>', 'the backup')
    .option('--home <folder>', 'of the local cluster; default: STRONGROOM_HOME, else .strongroom')
    .option('--compose', 'restore and start the cluster of containers, by docker/restore')
    .addHelpText(
      'after',
      `
The cluster must be stopped. If there is one with data already, you are asked; it is then set aside beside its folder, and never
deleted. An interrupted restore leaves what was there. \`npm start\` starts what was restored.

A cluster that rotated passwords after the backup has them only in itself: after a restore, rotate what servers no longer accept.
`,
    )
    .addHelpText(
      'after',
      examples(
        'cluster restore /backups/today --root-keys /media/keys',
        'cluster restore /backups/today --identity key.txt --home .strongroom-2',
      ),
    )
    .action(async (folder: string, options: RestoreOptions) => {
      const { compose } = options;
      if (compose && (options.home ?? options.identity ?? options.rootKeys) !== undefined) {
        throw usageError('--compose takes neither --home nor root keys, which its backup has.');
      }
      const { library, checkout } = await loadLocalCluster();
      const { printer, terminal, signal } = cli;
      const source = resolve(folder);
      const { kind } = await explained(Promise.resolve().then(() => library.readManifest(source)));
      if (compose) {
        if (kind !== 'compose') throw usageError('This is the backup of a local cluster: restore it without --compose.');
        await explained(library.checkFiles(source, library.readManifest(source)));
        return runScript(join(checkout, 'docker', 'restore'), [source], terminal);
      }
      const home = homeOf(terminal.env, options.home);
      const isThere = library.hasCluster(home);
      if (
        isThere &&
        !(await cli.confirmed(`${home} has a cluster with data. Set it aside, and restore this backup in its place?`))
      ) {
        throw notConfirmed();
      }
      const rootKeys = rootKeySourceOf(options);
      const report = (phase: string) => printer.note(`… ${phase}`);
      const restored = await explained(
        library.restoreCluster({ folder: source, home, rootKeys, setAside: isThere, report, signal }),
      );
      const { manifest, setAside } = restored;
      printer.one(
        { home, setAside, createdAt: manifest.createdAt, accountId: manifest.accountId, region: manifest.region },
        {
          HOME: () => home,
          'SET ASIDE': () => setAside,
          'OF THE': () => manifest.createdAt,
          CLUSTER: () => `account ${manifest.accountId}, region ${manifest.region}`,
        },
      );
      printer.note(
        `To start it: STRONGROOM_HOME=${home} STRONGROOM_ACCOUNT_ID=${manifest.accountId} STRONGROOM_REGION=${manifest.region} npm start`,
      );
    });
};
