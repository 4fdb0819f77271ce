import { readFile } from 'node:fs/promises';
import { usageError } from '../cli-error';
import { askSecret } from './ask';
import type { Terminal } from './terminal';

/** The most bytes that a value has. */
export const MAX_VALUE_BYTES = 65_536;

/**
 * A value of a secret: from a file, from standard input if that is a pipe or `-` was given, else from a prompt. Never from an
 * argument: other users of the machine see those.
 *
 * @throws CliError if it is empty or longer than `limit` bytes
 */
export const readValue = async (
  terminal: Terminal,
  { file, prompt, limit = MAX_VALUE_BYTES }: { file?: string; prompt: string; limit?: number },
): Promise<Buffer> => {
  const value =
    file !== undefined && file !== '-'
      ? await readBounded(file, limit)
      : terminal.stdin.isTTY && file !== '-'
        ? Buffer.from(await askSecret(terminal, prompt))
        : await readAll(terminal, limit);
  if (value.length === 0) throw usageError('The value is empty: it must have 1 to 65,536 bytes.');
  if (value.length > limit) throw usageError(`The value is longer than ${limit} bytes.`);
  return value;
};

const readBounded = async (file: string, limit: number): Promise<Buffer> => {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`Cannot read ${file}: ${error.code ?? error.message}.`);
  });
  if (content.length > limit) throw usageError(`${file} is longer than ${limit} bytes.`);
  return content;
};

const readAll = async ({ stdin }: Terminal, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Buffer | string);
    length += bytes.length;
    if (length > limit) throw usageError(`Standard input is longer than ${limit} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};
