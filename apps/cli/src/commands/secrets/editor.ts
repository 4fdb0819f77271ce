import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { Terminal } from '../../terminal/terminal';
import { makeMemoryDirectory } from './memory-directory';

/** Has a person edit a text, and returns what it then is. */
export type Editor = (text: string, fileName: string) => Promise<string>;

/** $VISUAL or $EDITOR, else vi, on a file in memory that is gone when this returns or throws. */
export const editorOf =
  (terminal: Terminal, { allowDisk }: { allowDisk?: boolean }): Editor =>
  async (text, fileName) => {
    const directory = await makeMemoryDirectory(terminal.env, { allowDisk });
    try {
      const file = join(directory.path, fileName);
      await writeFile(file, text, { mode: 0o600, flag: 'wx' });
      await terminal.withoutInterrupts(() => runEditor(terminal, file));
      return await readFile(file, 'utf8');
    } finally {
      await directory.remove();
    }
  };

const runEditor = ({ env, signal }: Terminal, file: string): Promise<void> => {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  // By a shell, as git does it: people write options into the variable, such as `code --wait`.
  const command = `${editor}${discreetOptions(editor)} "$1"`;
  const child = spawn('/bin/sh', ['-c', command, 'editor', file], { stdio: 'inherit', env: { ...env } });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(new CliError('Interrupted. Nothing was changed.', { exitCode: EXIT.interrupted }));
      else if (code === 0) resolve();
      else reject(new CliError(`The editor (${editor}) ended with ${killedBy ?? `code ${code}`}. Nothing was changed.`));
    });
  });
};

/** What keeps Vim from writing the text elsewhere: into its info file, an undo file, a backup. */
const discreetOptions = (editor: string): string =>
  ['vim', 'nvim'].includes(basename(editor.split(' ')[0]!)) ? " -n -i NONE -c 'set noundofile nobackup nowritebackup'" : '';
