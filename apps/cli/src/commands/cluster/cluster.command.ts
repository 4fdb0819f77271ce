import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addClusterBackup } from './backup/backup.command';
import { addBackupVerify } from './backup/backup-verify.command';
import { addClusterRestore } from './backup/restore.command';

/** A group of its own, because `restore` alone brings back a secret that was deleted. */
export const addCluster: AddCommand = (program, cli, setExitCode) => {
  const command = program
    .command('cluster')
    .description('back up and restore a whole cluster, of `npm start` or of containers')
    .addHelpText('after', examples('cluster backup /backups/today', 'cluster backup-verify /backups/today'));
  for (const add of [addClusterBackup, addBackupVerify, addClusterRestore]) add(command, cli, setExitCode);
};
