import { applyEdits, format as spread } from 'jsonc-parser';
import type { SecretVersion } from '@strongroom/client';
import { fieldsOf, valueOf } from '@strongroom/templates';
import type { FileDescription } from './files-config';

/** A value cannot become what the file is to hold. The message has nothing of the value. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws ContentError */
export function fileContent(version: SecretVersion, { format, field }: Pick<FileDescription, 'format' | 'field'>): Buffer {
  try {
    if (format === 'json') return Buffer.from(indented(version));
    if (format === 'envfile') return Buffer.from(envFile(version));
    return Buffer.from(valueOf(version, { secretId: version.name, field }));
  } catch (error) {
    if (error instanceof RangeError) throw new ContentError(error.message);
    throw error;
  }
}

/** Numbers stay as somebody wrote them: as numbers of JavaScript, long ones would be other numbers. */
function indented({ name, secretString }: SecretVersion): string {
  if (secretString === undefined) throw new RangeError(`${name}: the value is binary, and must be JSON`);
  try {
    JSON.parse(secretString);
  } catch {
    // The parser's message quotes the value.
    throw new RangeError(`${name}: the value is not JSON`);
  }
  const edits = spread(secretString, undefined, { tabSize: 2, insertSpaces: true, eol: '\n' });
  return `${applyEdits(secretString, edits).trim()}\n`;
}

/** Lines `NAME='text'`, as shells and systemd read them. */
const envFile = (version: SecretVersion): string =>
  fieldsOf(version, { secretId: version.name })
    .map(([name, text]) => {
      if (!VARIABLE.test(name)) throw new RangeError(`${version.name}: a key of the value is not the name of a variable`);
      if (text.includes('\0')) throw new RangeError(`${version.name}#${name}: the text has a NUL byte`);
      return `${name}='${text.replaceAll("'", `'\\''`)}'\n`;
    })
    .join('');
