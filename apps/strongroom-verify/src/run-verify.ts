import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { NoteError, type NoteKey, parseNoteKey, splitNotes } from '@strongroom/merkle';
import { exportLines } from './exported-files';
import { EvidenceError, type ExportedEvent, parseEvent, parseProof } from './evidence';
import { Judgement } from './judgement';

declare const __STRONGROOM_VERSION__: string | undefined;
const VERSION = typeof __STRONGROOM_VERSION__ === 'string' ? __STRONGROOM_VERSION__ : 'none';

/** What the program ends with. */
export const EXIT = {
  /** All is proven. */
  proven: 0,
  /** Something was changed, or is not genuine. */
  contradiction: 1,
  /** The command line or a file breaks a rule. */
  usage: 2,
  /** Nothing contradicts, but something that was given is not proven. */
  open: 3,
} as const;

export interface Output {
  line(text: string): void;
  error(text: string): void;
}

export const USAGE = `Proves, without a cluster, that nothing in an audit trail has changed.

  strongroom-verify --key KEY --checkpoint FILE… [--proof FILE…] [--events FILE] [--export FOLDER]

  --key KEY          the verifier key of the trail (name+id+key), or a file that holds it: strongroom trail checkpoint --keys
  --checkpoint FILE  checkpoints that you have kept: one, or a file to which they were appended
  --proof FILE       proofs: strongroom trail prove
  --events FILE      all events from the first on: strongroom trail records
  --export FOLDER    the files of an export, as they are beside AWSLogs: strongroom trail export
  --quiet            print only what is not proven

Exit codes: 0 all is proven; 1 something was changed or is not genuine; 2 the command line or a file is wrong;
3 nothing contradicts, but something is not proven by what is there.
`;

/** Notes and proofs are small; a larger file is none of them. Bytes. */
const MAX_FILE = 256 * 1_024 * 1_024;

const options = {
  key: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  proof: { type: 'string', multiple: true },
  events: { type: 'string' },
  export: { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Runs the program; returns its exit code. */
export async function runVerify(args: readonly string[], output: Output): Promise<number> {
  try {
    const { values } = parse(args);
    if (values.help) return (output.line(USAGE.trimEnd()), EXIT.proven);
    if (values.version) return (output.line(VERSION), EXIT.proven);
    if (values.key === undefined) throw new EvidenceError('--key must be given (see --help)');
    if (!values.checkpoint?.length) throw new EvidenceError('--checkpoint must be given (see --help)');
    const judgement = new Judgement(readKey(values.key));
    for (const file of values.checkpoint) addCheckpoints(judgement, file);
    const proofs = (values.proof ?? []).flatMap((file) => readProofs(judgement, file));
    for (const { proof, where } of proofs) judgement.addProof(proof, where);
    if (values.events !== undefined) await judgement.addEvents(readEvents(values.events), values.events);
    if (values.export !== undefined) await judgement.addExport(exportLines(values.export, judgement.accountId), values.export);
    judgement.conclude();
    return report(judgement, values.quiet ?? false, output);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    output.error(error.message);
    return EXIT.usage;
  }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  } catch (error) {
    throw new EvidenceError(`${(error as Error).message} (see --help)`);
  }
};

const report = ({ statements }: Judgement, isQuiet: boolean, output: Output): number => {
  const labels = { proven: 'proven', contradiction: 'CHANGED', open: 'not proven' };
  for (const { kind, text } of statements) if (kind !== 'proven' || !isQuiet) output.line(`${labels[kind]}: ${text}`);
  const has = (wanted: string) => statements.some(({ kind }) => kind === wanted);
  return has('contradiction') ? EXIT.contradiction : has('open') ? EXIT.open : EXIT.proven;
};

const readKey = (keyOrFile: string): NoteKey => {
  const text = existsSync(keyOrFile) ? read(keyOrFile) : keyOrFile;
  try {
    return parseNoteKey(text);
  } catch (error) {
    throw error instanceof NoteError ? new EvidenceError(`--key: ${error.message}`) : error;
  }
};

const addCheckpoints = (judgement: Judgement, file: string): void => {
  const { notes, rest } = splitNotes(read(file));
  if (notes.length === 0) throw new EvidenceError(`${file}: there is no checkpoint in it`);
  for (const note of notes) judgement.addCheckpoint(note, file);
  if (rest !== '') judgement.statements.push({ kind: 'open', text: `${file}: a part of it is no checkpoint` });
};

const readProofs = (judgement: Judgement, file: string) =>
  read(file)
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      const where = `${file}, line ${index + 1}`;
      const { proof, checkpoint } = parseProof(line, where);
      if (checkpoint !== undefined) judgement.addCheckpoint(checkpoint, where);
      return [{ proof, where }];
    });

async function* readEvents(file: string): AsyncGenerator<ExportedEvent> {
  requireFile(file);
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== '') yield parseEvent(line, `${file}, line ${number}`);
  }
}

const requireFile = (file: string): void => {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new EvidenceError(`${file}: there is no such file`);
};

const read = (file: string): string => {
  requireFile(file);
  if (statSync(file).size > MAX_FILE) throw new EvidenceError(`${file}: the file is too large`);
  return readFileSync(file, 'utf8');
};
