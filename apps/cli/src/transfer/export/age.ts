import { readFile } from 'node:fs/promises';
import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { Terminal } from '../../terminal/terminal';
import { readSourceFile } from '../sources/files/source-file';

/** The most bytes of a file of recipients or identities. */
const MAX_KEYS_BYTES = 1024 * 1024;

/** The package is loaded only where something is encrypted. */
const load = () => import('age-encryption');

/**
 * Recipients from options and files, which have one a line; lines that begin with # are comments.
 *
 * @throws CliError for one that is none
 */
export const recipientsOf = async (given: readonly string[], files: readonly string[]): Promise<string[]> => {
  const read = await Promise.all(files.map(async (file) => linesOf(await readKeys(file, '--recipients-file'))));
  const recipients = [...given, ...read.flat()];
  if (recipients.length === 0) {
    throw usageError(
      'An export is encrypted, and nothing says to whom.',
      'Give --recipient age1…, of a key that `age-keygen` makes.',
    );
  }
  const { Encrypter } = await load();
  for (const recipient of recipients) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch {
      const what = recipient.startsWith('AGE-SECRET-KEY-')
        ? 'That is a private key. Treat it as known to others now, for it was given as an argument or in a file of public ones'
        : `"${recipient.slice(0, 20)}…" is no public key of age`;
      throw usageError(`--recipient: ${what}.`, 'A public key begins with age1; keys of SSH cannot be used.');
    }
  }
  return [...new Set(recipients)];
};

/** Encrypts a stream to everybody in `recipients`. */
export const encrypted = async (
  bytes: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> => {
  const { Encrypter } = await load();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(streamOf(bytes));
};

/**
 * Identities from files as `age-keygen` writes them; `-` is standard input.
 *
 * @throws CliError for one that is none
 */
export const identitiesOf = async (files: readonly string[], terminal: Pick<Terminal, 'stdin'>): Promise<string[]> => {
  const texts = await Promise.all(files.map(async (file) => (await readSourceFile(file, terminal, MAX_KEYS_BYTES)).text));
  const identities = texts.flatMap(linesOf);
  const { Decrypter } = await load();
  for (const [index, text] of texts.entries()) {
    if (/^(-----BEGIN AGE|age-encryption\.org\/)/.test(text)) {
      throw usageError(
        `--identity: ${files[index]} is itself encrypted.`,
        `Decrypt it on the way: age -d ${files[index]} | strongroom import --identity - …`,
      );
    }
  }
  for (const identity of identities) {
    try {
      new Decrypter().addIdentity(identity);
    } catch {
      throw usageError('--identity: a line is no private key of age.', 'Private keys begin with AGE-SECRET-KEY-1.');
    }
  }
  if (identities.length === 0) throw usageError('--identity: there is no private key in the file.');
  return identities;
};

/** Decrypts a stream. @throws CliError, also while it is read: whoever reads it must not use it before its end */
export async function* decrypted(
  bytes: AsyncIterable<Uint8Array>,
  identities: readonly string[],
  title: string,
): AsyncGenerator<Uint8Array, void> {
  const { Decrypter } = await load();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let isOpen = false;
  try {
    const plain = await decrypter.decrypt(streamOf(bytes));
    isOpen = true;
    yield* plain;
  } catch (error) {
    if (error instanceof CliError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw explained(error as Error, title, isOpen);
  }
}

const explained = ({ message }: Error, title: string, isOpen: boolean): CliError => {
  if (isOpen)
    return new CliError(`${title} is damaged or was cut off: it does not decrypt to its end.`, { exitCode: EXIT.usage });
  if (/no identity matched/.test(message)) {
    return new CliError(`${title} is encrypted to other keys than those of --identity.`, { exitCode: EXIT.refused });
  }
  if (/HMAC/.test(message)) return new CliError(`${title} is damaged: its header was changed.`, { exitCode: EXIT.usage });
  return new CliError(`${title} is not a file of age, or is damaged in its header.`, {
    exitCode: EXIT.usage,
    hint: 'Exports are binary: a file in the text form of age must be turned back first.',
  });
};

const streamOf = (bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => ReadableStream.from(bytes);

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const readKeys = (file: string, option: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${option}: cannot read ${file}: ${error.code ?? error.message}.`);
  });
