import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { usageError } from '../cli-error';
import { askNewSecret, askSecret } from './ask';
import type { Terminal } from './terminal';

/** The most bytes that a value has. */
export const MAX_VALUE_BYTES = 65_536;

export interface ValueSource {
  /** `-` is standard input. */
  file?: string;
  prompt: string;
  /** Nobody else knows it yet, so the prompt asks twice. */
  isNew?: boolean;
  /** Bytes. */
  limit?: number;
}

/**
 * A value of a secret: from a file, from standard input if that is a pipe or `-` was given, else from a prompt. Never from an
 * argument: other users of the machine see those.
 *
 * @throws CliError if it is empty or longer than `limit` bytes
 */
export const readValue = async (
  terminal: Terminal,
  { file, prompt, isNew = false, limit = MAX_VALUE_BYTES }: ValueSource,
): Promise<Buffer> => {
  const value =
    file !== undefined && file !== '-'
      ? await readBounded(file, limit)
      : terminal.stdin.isTTY && file !== '-'
        ? Buffer.from(await (isNew ? askNewSecret : askSecret)(terminal, prompt))
        : await readAll(terminal, limit);
  if (value.length === 0) throw usageError('The value is empty: it must have 1 to 65,536 bytes.');
  if (value.length > limit) throw usageError(`The value is longer than ${limit} bytes.`);
  return value;
};

/**
 * Without the line end of a text of one line, which `echo` adds and nobody means. A text of several lines, such as a PEM file,
 * and what is no text stay as they are.
 */
export const withoutLineEnd = (value: Buffer): Buffer => {
  const end = value.indexOf('\n');
  if (end !== value.length - 1 || !isUtf8(value)) return value;
  return value.subarray(0, value[end - 1] === 0x0d ? end - 1 : end);
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
