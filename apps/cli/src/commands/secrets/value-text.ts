import { isUtf8 } from 'node:buffer';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { PlainValue, SecretVersion } from '@strongroom/client';
import { type JsonObject, objectOf } from '@strongroom/secret-values';
import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';

/** What stands on a terminal in place of a value. */
export const MASK = '********';

/** The value, byte by byte. */
export const bytesOf = ({ secretString, secretBinary }: PlainValue): Buffer =>
  secretBinary === undefined ? Buffer.from(secretString ?? '') : Buffer.from(secretBinary);

/** Text is stored as text, so that AWS's clients get it as SecretString; everything else as bytes. */
export const valueOf = (bytes: Buffer, asBinary = false): PlainValue =>
  !asBinary && isUtf8(bytes) ? { secretString: bytes.toString() } : { secretBinary: bytes };

/** The answer as it may stand on a terminal. */
export const masked = ({ secretString, secretBinary, ...version }: SecretVersion): object => ({
  ...version,
  ...(secretString !== undefined && { secretString: MASK }),
  ...(secretBinary !== undefined && { secretBinary: MASK }),
});

/** The fields of a value that is a JSON object; undefined if it is none. */
export const fieldsOf = ({ secretString }: PlainValue): JsonObject | undefined =>
  secretString === undefined ? undefined : objectOf(secretString);

/** One field of a value that is a JSON object, as text. @throws CliError if there is none */
export const fieldOf = (secretId: string, value: PlainValue, key: string): string => {
  const fields = requireFields(secretId, value);
  if (!Object.hasOwn(fields, key)) {
    const keys = Object.keys(fields);
    throw new CliError(`--key: the value of ${secretId} has no key ${JSON.stringify(key)}.`, {
      exitCode: EXIT.notFound,
      hint: keys.length === 0 ? 'It has no keys.' : `It has: ${keys.map((known) => JSON.stringify(known)).join(', ')}.`,
    });
  }
  const field = fields[key];
  if (typeof field === 'string') return field;
  // As it stands there: a long number would not survive being parsed.
  const { offset, length } = findNodeAtLocation(parseTree(value.secretString!)!, [key])!;
  return value.secretString!.slice(offset, offset + length);
};

export const requireFields = (secretId: string, value: PlainValue): JsonObject => {
  const fields = fieldsOf(value);
  if (fields === undefined) throw usageError(`--key: the value of ${secretId} is not a JSON object, so it has no keys.`);
  return fields;
};
