import { exactBase64, NoteError, type NoteKey, openNote, unverifiedText } from './signed-note';
import { HASH_LENGTH } from './tree-hash';

/** The state of a tree: all of its leaves are in the hash (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Which tree: `strongroom.local/us-east-1/trail/000000000000`. */
  origin: string;
  /** The number of leaves. */
  size: number;
  /** 32 bytes. */
  root: Buffer;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads the text of a note; lines after the third are for others. @throws NoteError */
export function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = ''] = text.split('\n');
  const root = exactBase64(encoded);
  const size = /^(0|[1-9]\d{0,15})$/.test(digits) ? Number(digits) : NaN;
  if (origin === '') throw new NoteError('the first line of a checkpoint must be its origin');
  if (!Number.isSafeInteger(size)) throw new NoteError('the second line of a checkpoint must be the number of leaves');
  if (root?.length !== HASH_LENGTH) throw new NoteError('the third line of a checkpoint must be a hash of 32 bytes in base64');
  return { origin, size, root };
}

/** The checkpoint in a note that this key signed, in its own name. @throws NoteError */
export function openCheckpoint(note: string, key: NoteKey): Checkpoint {
  const checkpoint = parseCheckpointText(openNote(note, key));
  if (checkpoint.origin !== key.name)
    throw new NoteError(`the checkpoint is of ${checkpoint.origin}, and the key is of ${key.name}`);
  return checkpoint;
}

/** The checkpoint in a note, whoever signed it. @throws NoteError */
export function unverifiedCheckpoint(note: string): Checkpoint {
  return parseCheckpointText(unverifiedText(note));
}

/** A signature has at least 68 bytes. */
const NOTE = /^[^\n]+\n\d+\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— \S+ [A-Za-z0-9+/=]{92,}\n)+/gmu;

/**
 * The checkpoints of a file to which they were appended, in order, and what else is in it: an append that was cut off leaves a
 * part of a note, and the next one begins on a new line.
 */
export function splitNotes(text: string): { notes: string[]; rest: string } {
  return { notes: text.match(NOTE) ?? [], rest: text.replace(NOTE, '').trim() };
}
