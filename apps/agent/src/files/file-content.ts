import type { SecretVersion } from '@strongroom/client';
import type { FileDescription } from './files-config';

/** A value cannot become what the file is to hold. The message has nothing of the value. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws ContentError */
export function fileContent(version: SecretVersion, { format, field }: Pick<FileDescription, 'format' | 'field'>): Buffer {
  if (format === 'json') return Buffer.from(`${JSON.stringify(jsonOf(version), null, 2)}\n`);
  if (format === 'envfile') return Buffer.from(envFile(objectOf(version)));
  if (field !== undefined) return Buffer.from(textOf(fieldOf(objectOf(version), field), field));
  return version.secretBinary ? Buffer.from(version.secretBinary) : Buffer.from(version.secretString ?? '');
}

function jsonOf({ secretString }: SecretVersion): unknown {
  if (secretString === undefined) throw new ContentError('the value is binary, and must be JSON');
  try {
    return JSON.parse(secretString);
  } catch {
    // The parser's message quotes the value.
    throw new ContentError('the value is not JSON');
  }
}

function objectOf(version: SecretVersion): Record<string, unknown> {
  const json = jsonOf(version);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ContentError('the value is not a JSON object');
  return json as Record<string, unknown>;
}

/** By a key, or by a JSON pointer (RFC 6901) to what lies deeper. */
function fieldOf(value: Record<string, unknown>, field: string): unknown {
  let found: unknown = value;
  for (const key of field.startsWith('/') ? field.slice(1).split('/').map(unescaped) : [field]) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key]
        : undefined;
  }
  return found;
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Text as it is, everything else as JSON. */
function textOf(value: unknown, field: string): string {
  if (value === undefined || value === null) throw new ContentError(`the value has no field ${field}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Lines `NAME='text'`, as shells and systemd read them. */
const envFile = (value: Record<string, unknown>): string =>
  Object.entries(value)
    .map(([name, inner]) => {
      if (!VARIABLE.test(name)) throw new ContentError('a key of the value is not the name of a variable');
      const text = textOf(inner, name);
      if (text.includes('\0')) throw new ContentError(`the field ${name} has a NUL byte`);
      return `${name}='${text.replaceAll("'", `'\\''`)}'\n`;
    })
    .join('');
