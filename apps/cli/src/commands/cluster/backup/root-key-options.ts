import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { RootKeySource } from '@strongroom/local-cluster';
import { usageError } from '../../../cli-error';

export interface RootKeyOptions {
  rootKeys?: string;
  identity?: string;
}

export const withRootKeySource = (command: Command): Command =>
  command
    .option('--root-keys <folder>', 'with the files that open the root keys, such as a copy of .strongroom/secrets')
    .option('--identity <file>', 'an age identity, for a backup that has them encrypted');

/** Where the root keys come from. @throws CliError for a file that cannot be read */
export const rootKeySourceOf = ({ rootKeys, identity }: RootKeyOptions): RootKeySource => {
  if (identity === undefined) return { folder: rootKeys };
  try {
    return { folder: rootKeys, identity: readFileSync(identity, 'utf8') };
  } catch (error) {
    throw usageError(`--identity: cannot read ${identity}: ${(error as NodeJS.ErrnoException).code}.`);
  }
};
