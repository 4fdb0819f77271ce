import confirm from '@inquirer/confirm';
import password from '@inquirer/password';
import { usageError } from '../cli-error';
import type { Terminal } from './terminal';

/** What is asked goes to stderr, so that a pipe gets the answer of the command alone. */
const contextOf = ({ stdin, stderr, signal }: Terminal) => ({ input: stdin, output: stderr, signal });

/**
 * Asks before what cannot be undone. `yes` is the option --yes, which scripts give.
 *
 * @throws CliError if nobody can be asked
 */
export const confirmed = async (terminal: Terminal, question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true;
  if (!terminal.stdin.isTTY) throw usageError(`${question} Nobody can be asked here.`, 'Give --yes to go on without a question.');
  return confirm({ message: question, default: false }, contextOf(terminal));
};

/** Asks for something secret; what is typed is not shown. @throws CliError if nobody can be asked */
export const askSecret = async (terminal: Terminal, question: string): Promise<string> => {
  if (!terminal.stdin.isTTY) throw usageError(`${question} Nobody can be asked here.`, 'Give it on standard input or in a file.');
  return password({ message: question, mask: '*' }, contextOf(terminal));
};
