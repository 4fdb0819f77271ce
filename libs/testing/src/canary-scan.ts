import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One place where a canary was found. */
export interface CanaryFinding {
  file: string;
  /** The offset in the file, in bytes. */
  offset: number;
  /** The index of the canary in the list. */
  canary: number;
  form: string;
}

const CHUNK = 4 * 1024 * 1024;

/** The base64 characters that stand for `bytes` wherever these begin in a longer text that was encoded as a whole. */
const base64Cores = (bytes: Buffer): string[] =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at both ends also depend on the neighbours of the canary.
    const head = shift === 0 ? 0 : shift + 1;
    const tail = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(head, text.length - tail);
  });

/** The forms of a canary that was stored raw, as JSON, or encoded. */
const formsOf = (canary: string): [form: string, needle: Buffer][] => {
  const bytes = Buffer.from(canary);
  const texts: [string, string][] = [
    ['raw', canary],
    ['JSON', JSON.stringify(canary).slice(1, -1)],
    ['URL', encodeURIComponent(canary)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ...base64Cores(bytes).flatMap((text): [string, string][] => [
      ['base64', text],
      ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ];
  const forms: [string, Buffer][] = texts.map(([form, text]) => [form, Buffer.from(text)]);
  return [...forms, ['UTF-16', Buffer.from(canary, 'utf16le')]];
};

const filesBelow = async (path: string): Promise<string[]> => {
  const information = await stat(path).catch(() => undefined);
  if (information?.isFile()) return [path];
  if (!information?.isDirectory()) return [];
  const entries = await readdir(path);
  return (await Promise.all(entries.map((entry) => filesBelow(join(path, entry))))).flat();
};

/**
 * Searches for secret values where none may be: in every file below `paths`, for each canary raw, in JSON, base64 (at any
 * alignment), hex, URL encoding and UTF-16. A canary is a distinctive text of 12 characters or more. Files that vanish meanwhile
 * are skipped.
 */
export const scanForCanaries = async (paths: readonly string[], canaries: readonly string[]): Promise<CanaryFinding[]> => {
  const short = canaries.find((canary) => canary.length < 12);
  if (short !== undefined) throw new Error('a canary has fewer than 12 characters: chance would find it');
  const needles = canaries.flatMap((canary, index) => formsOf(canary).map(([form, needle]) => ({ index, form, needle })));
  const overlap = Math.max(0, ...needles.map(({ needle }) => needle.length)) - 1;
  const findings: CanaryFinding[] = [];
  const buffer = Buffer.alloc(CHUNK);

  for (const file of (await Promise.all(paths.map(filesBelow))).flat()) {
    const handle = await open(file).catch(() => undefined);
    if (!handle) continue;
    try {
      for (let position = 0; ; position += CHUNK - overlap) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
        const window = buffer.subarray(0, bytesRead);
        for (const { index, form, needle } of needles) {
          const offset = window.indexOf(needle);
          if (offset >= 0) findings.push({ file, offset: position + offset, canary: index, form });
        }
        if (bytesRead < CHUNK) break;
      }
    } finally {
      await handle.close();
    }
  }
  return findings;
};
