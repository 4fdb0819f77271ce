import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Exchange, terminalPicture } from './terminal-picture';

const COLUMNS = 96;
const FILE = 'docs/cli.svg';
const TITLE = 'A session of the command line';

/** What a person writes. Needs jq. */
const session = [
  'strongroom login --env-file .strongroom/env',
  `jq -n '{user: "app", host: "db"}' | strongroom set shop/db --description 'orders of the shop'`,
  'strongroom set shop/db --key password --generate',
  'strongroom get shop/db --key password',
  'strongroom ls shop/',
  'strongroom diff shop/db',
  'strongroom history shop/db',
  'strongroom label shop/db AWSCURRENT AWSPREVIOUS',
  'strongroom get shop/db | jq -c',
];
/** So that the picture is the same each time. */
const CLEAN_UP = 'strongroom rm shop/db --force-delete-without-recovery --yes';

/**
 * Draws docs/cli.svg: runs the command line on a terminal, and writes what it shows.
 *
 * @param environmentFile of a running cluster, of which the secret shop/db is replaced
 * @param program the built command line
 */
export const drawSession = (environmentFile: string, program: string): void => {
  const folder = mkdtempSync('/dev/shm/strongroom-picture-');
  try {
    const file = join(folder, 'strongroom');
    writeFileSync(file, `#!/bin/sh\nexec ${process.execPath} ${resolve(program)} "$@"\n`);
    chmodSync(file, 0o755);
    const shell = (command: string) => runOnTerminal(command.replace('.strongroom/env', environmentFile), folder);
    const exchanges = session.map((command, at): Exchange => {
      if (at === 1) shell(CLEAN_UP);
      return { command, output: shell(command) };
    });
    writeFileSync(FILE, terminalPicture(TITLE, exchanges, COLUMNS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** On a terminal of its own, so that the command line shows what people see. */
const runOnTerminal = (command: string, folder: string): string => {
  try {
    return execFileSync('script', ['-qec', `stty cols ${COLUMNS}; ${command}`, '/dev/null'], {
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        PATH: `${folder}:${process.env['PATH']}`,
        HOME: folder,
        TERM: 'xterm',
        SHELL: '/bin/bash',
        XDG_CONFIG_HOME: join(folder, 'config'),
      },
    });
  } catch (error) {
    // A command that is refused is shown, too.
    return (error as { stdout?: string }).stdout ?? '';
  }
};
