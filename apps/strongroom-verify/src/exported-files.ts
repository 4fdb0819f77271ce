import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EXPORT_BEGINS, EXPORT_ENDS } from '@strongroom/cloudtrail-record';
import { EvidenceError } from './evidence';

/** What stands in a line of an export, or what is wrong there. */
export type ExportLine = { where: string } & ({ record: unknown } | { problem: string });

/** Far more than the longest file of an export, in UTF-16 code units. */
const MAX_FILE = 256 * 1_024 * 1_024;
/** With the place of the first event, as the export names it. */
const NAME = /_CloudTrail_[\w-]+_\d{8}T\d{4}Z_(\d{16})\.json\.gz$/;

/** The lines of all files of an account's export, in the order of the chain. @throws EvidenceError if there is no export */
export async function* exportLines(folder: string, accountId: string): AsyncGenerator<ExportLine, void, void> {
  const root = join(folder, 'AWSLogs', accountId, 'CloudTrail');
  const names = await readdir(root, { recursive: true }).catch(() => {
    throw new EvidenceError(
      `${folder}: there is no export of account ${accountId} in it (${join('AWSLogs', accountId, 'CloudTrail')})`,
    );
  });
  const files: { path: string; first: number }[] = [];
  for (const name of names.filter((one) => one.endsWith('.json.gz'))) {
    const path = join(root, name);
    const first = NAME.exec(name)?.[1];
    if (first === undefined) yield { where: path, problem: 'no export wrote a file of this name' };
    else files.push({ path, first: Number(first) });
  }
  files.sort((a, b) => a.first - b.first || (a.path < b.path ? -1 : 1));
  for (const { path } of files) yield* fileLines(path);
}

async function* fileLines(path: string): AsyncGenerator<ExportLine, void, void> {
  let number = 0;
  const here = () => `${path}, line ${number}`;
  let previous: { line: string; isLast: boolean } | undefined;
  try {
    for await (const line of linesOf(path)) {
      number += 1;
      if (number === 1) {
        if (line.startsWith(`${EXPORT_BEGINS}{`)) return yield* olderRecords(path, line);
        if (line !== EXPORT_BEGINS) return yield { where: here(), problem: `it must be ${EXPORT_BEGINS}` };
        continue;
      }
      if (previous?.isLast) return yield { where: here(), problem: 'something stands after the end' };
      const isLast = line === EXPORT_ENDS;
      previous = { line, isLast };
      if (!isLast) yield { where: here(), ...parsed(line.replace(/,$/, '')) };
    }
  } catch (error) {
    return yield { where: here(), problem: `what follows cannot be read: ${(error as Error).message}` };
  }
  if (!previous?.isLast) yield { where: here(), problem: 'the end of the file is missing' };
}

/** Of a file in one line, as older versions export it. */
function* olderRecords(path: string, line: string): Generator<ExportLine, void, void> {
  const file = parsed(line);
  if ('problem' in file) return yield { where: path, ...file };
  const { Records } = file.record as { Records?: unknown };
  for (const [index, record] of (Array.isArray(Records) ? Records : []).entries())
    yield { where: `${path}, record ${index + 1}`, record };
}

/** Only what can be read in one way: a member that is there twice is one thing to one reader, and another to the next. */
const parsed = (text: string): { record: unknown } | { problem: string } => {
  try {
    const record = JSON.parse(text) as unknown;
    if (JSON.stringify(record) === text) return { record };
  } catch {
    // It is no JSON.
  }
  return { problem: 'it must be a record in JSON, with each member once and no white space' };
};

async function* linesOf(path: string): AsyncGenerator<string> {
  // The loop throws what goes wrong.
  const texts = pipeline(createReadStream(path), createGunzip(), () => undefined).setEncoding('utf8') as AsyncIterable<string>;
  let length = 0;
  let begun: string[] = [];
  for await (const text of texts) {
    length += text.length;
    if (length > MAX_FILE) throw new Error('it is longer than any file of an export');
    const [first, ...others] = text.split('\n');
    begun.push(first!);
    for (const other of others) {
      yield begun.join('');
      begun = [other];
    }
  }
  const rest = begun.join('');
  if (rest !== '') yield rest;
}
