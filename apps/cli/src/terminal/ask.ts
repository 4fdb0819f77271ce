import { createInterface } from 'node:readline/promises';
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
  // Not even its length stays on the screen, and no key shows it.
  return password({ message: question, mask: false, toggleMask: false }, contextOf(terminal));
};

/** Asks twice, since nobody sees what they type. @throws CliError if the answers differ */
export const askNewSecret = async (terminal: Terminal, question: string): Promise<string> => {
  const first = await askSecret(terminal, question);
  if ((await askSecret(terminal, 'Again:')) === first) return first;
  throw usageError('The two answers differ. Nothing was changed.');
};

/**
 * Asks before what destroys something for good: the person types its name. `yes` is the option --yes, which scripts give.
 *
 * @throws CliError if nobody can be asked
 */
export const confirmedByName = async (
  terminal: Terminal,
  question: string,
  name: string,
  yes: boolean | undefined,
): Promise<boolean> => {
  if (yes) return true;
  const { stdin: input, stderr: output, signal } = terminal;
  if (!input.isTTY) throw usageError(`${question} Nobody can be asked here.`, 'Give --yes to go on without a question.');
  const lines = createInterface({ input, output, terminal: false });
  // Otherwise the end of the input would leave the question open for ever.
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} Type the name to go on: `, { signal }), ended]);
    return answer.trim() === name;
  } finally {
    lines.close();
  }
};
