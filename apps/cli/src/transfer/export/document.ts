import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import { runningDigest } from '../hashing/digest';
import type { SourceItem, SourceVersion } from '../source';
import {
  type ExportLine,
  FORMAT,
  FORMAT_VERSION,
  headerLine,
  MAX_LINE_BYTES,
  missingLine,
  type SecretLine,
  secretLine,
  type TrailerLine,
  trailerLine,
  versionLine,
} from './format';

/** Bytes that are handed on at once: lines are short, and each piece costs a turn of every stream. */
const PIECE = 64 * 1024;

/** The bytes of an export: the lines, and the trailer with their digest. */
export async function* writeDocument(
  lines: AsyncIterable<ExportLine>,
  counts: () => Omit<TrailerLine['end'], 'sha256'>,
): AsyncGenerator<Uint8Array, void> {
  const digest = runningDigest();
  let piece: Buffer[] = [];
  let size = 0;
  for await (const line of lines) {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    digest.update(bytes);
    piece.push(bytes);
    size += bytes.length;
    if (size < PIECE) continue;
    yield Buffer.concat(piece);
    piece = [];
    size = 0;
  }
  const trailer: TrailerLine = { end: { ...counts(), sha256: digest.digest('hex') } };
  yield Buffer.concat([...piece, Buffer.from(`${JSON.stringify(trailer)}\n`)]);
}

/**
 * The secrets of an export. The last line is read before the last secret is given, but the others are given before: whoever
 * writes them must have read the whole document once.
 *
 * @throws CliError if it is not an export, is of a later version, is damaged or not complete
 */
export async function* readDocument(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceItem, void> {
  const reader = new DocumentReader();
  let held: SourceItem | undefined;
  for await (const line of linesOf(bytes)) {
    const item = reader.take(line);
    if (item === undefined) continue;
    if (held !== undefined) yield held;
    held = item;
  }
  reader.end();
  if (held !== undefined) yield held;
}

/** Reads line after line, and knows what may follow. */
class DocumentReader {
  private readonly digest = runningDigest();
  private number = 0;
  private isOpen = false;
  private isComplete = false;
  private secret: SecretLine['secret'] | undefined;
  private collected: SourceVersion[] = [];
  private readonly counted = { secrets: 0, versions: 0, missing: 0 };

  /** @returns a secret when its last line is read */
  take(text: string): SourceItem | undefined {
    this.number++;
    if (this.isComplete) throw this.damaged('something follows the last line');
    const line = this.parse(text);
    if (this.isOpen && 'end' in line) return this.close(line);
    this.digest.update(`${text}\n`);
    if (!this.isOpen) return this.open(line);
    if (this.secret !== undefined) return this.version(line);
    if ('missing' in line) {
      const { name, why } = this.checked(missingLine, line).missing;
      this.counted.missing++;
      return { name, unreadable: `The export lacks it: ${why}` };
    }
    this.secret = this.checked(secretLine, line).secret;
    this.collected = [];
    return this.whole();
  }

  end(): void {
    if (!this.isOpen) throw new CliError('It is empty, and no export.', { exitCode: EXIT.usage });
    if (!this.isComplete) throw this.damaged('it ends too early: it was cut off');
  }

  private open(line: object): undefined {
    if (!('format' in line) || line.format !== FORMAT)
      throw new CliError('It is not an export of Strongroom.', { exitCode: EXIT.usage });
    const { version } = this.checked(headerLine, line);
    if (version > FORMAT_VERSION) {
      throw new CliError(`It is an export of version ${version}: this program knows versions up to ${FORMAT_VERSION}.`, {
        exitCode: EXIT.usage,
        hint: 'Use a newer program.',
      });
    }
    this.isOpen = true;
    return undefined;
  }

  private version(line: object): SourceItem | undefined {
    const { id, labels, secretString, secretBinary } = this.checked(versionLine, line).version;
    if ((secretString === undefined) === (secretBinary === undefined)) throw this.damaged('a version has no value, or two');
    const value = secretString === undefined ? { secretBinary: Buffer.from(secretBinary!, 'base64') } : { secretString };
    this.collected.push({ id, keepId: true, labels, value });
    this.counted.versions++;
    return this.whole();
  }

  private whole(): SourceItem | undefined {
    const { secret, collected: versions } = this;
    if (secret === undefined || versions.length < secret.versions) return undefined;
    this.secret = undefined;
    this.counted.secrets++;
    const { name, description, tags, kmsKeyId, resourcePolicy, rotation } = secret;
    return {
      name,
      description,
      tags: new Map(tags.map(({ key, value }) => [key, value])),
      kmsKeyId,
      resourcePolicy,
      rotation: rotation?.enabled ? (rotation.function ?? 'on') : undefined,
      versions,
    };
  }

  private close(line: object): undefined {
    const { end } = this.checked(trailerLine, line);
    const { secrets, versions, missing } = this.counted;
    const isWhole = end.secrets === secrets && end.versions === versions && end.missing === missing && this.secret === undefined;
    if (!isWhole || end.sha256 !== this.digest.digest('hex')) throw this.damaged('its lines are not those that were written');
    this.isComplete = true;
    return undefined;
  }

  private parse(text: string): object {
    try {
      const line = JSON.parse(text) as unknown;
      if (line !== null && typeof line === 'object') return line;
    } catch {
      // Said below, without what the line holds.
    }
    if (!this.isOpen) throw new CliError('It is not an export of Strongroom.', { exitCode: EXIT.usage });
    throw this.damaged('this is not JSON');
  }

  private checked<T>(schema: { safeParse(line: unknown): { success: true; data: T } | { success: false } }, line: unknown): T {
    const read = schema.safeParse(line);
    if (!read.success) throw this.damaged('a field is missing or of another type');
    return read.data;
  }

  private damaged(why: string): CliError {
    return new CliError(`The export is damaged: line ${this.number}: ${why}.`, { exitCode: EXIT.usage });
  }
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      yield Buffer.concat([...parts, piece.subarray(from, at)]).toString();
      parts = [];
      size = 0;
      from = at + 1;
    }
    if (from === piece.length) continue;
    // The stream may use its memory again.
    parts.push(Uint8Array.prototype.slice.call(piece, from));
    size += piece.length - from;
    if (size > MAX_LINE_BYTES)
      throw new CliError('It is not an export of Strongroom: a line is too long.', { exitCode: EXIT.usage });
  }
  if (size > 0) yield Buffer.concat(parts).toString();
}
