/** Proves that an event is in the tree of a checkpoint. Hashes are hexadecimal. */
export interface InclusionProof {
  type: 'inclusion';
  sequence: number;
  size: number;
  hashes: string[];
  /** The event as it was hashed. */
  record: string;
  previousHash: string;
}

/** Proves that the tree of one checkpoint begins with that of another. */
export interface ConsistencyProof {
  type: 'consistency';
  fromSize: number;
  toSize: number;
  hashes: string[];
}

export type Proof = InclusionProof | ConsistencyProof;

/** An event of an export: its place, and its encoding. */
export interface ExportedEvent {
  sequence: number;
  record: string;
}

/** A file is not what it should be. The message names it and the rule. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}

const HASH = /^[0-9a-f]{64}$/;

export const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);

/** More hashes than this has no proof in a tree of 2^53 leaves. */
const MAX_HASHES = 128;

type Fields = Readonly<Record<string, unknown>>;

export const isPlace = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

const parsed = (line: string, where: string): Fields => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EvidenceError(`${where}: the line must be JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EvidenceError(`${where}: the line must be a JSON object`);
  return value as Fields;
};

/** Reads a line of `strongroom trail prove`; the checkpoint in it is a note. @throws EvidenceError */
export function parseProof(line: string, where: string): { proof: Proof; checkpoint?: string } {
  const { type, sequence, size, hashes, record, previousHash, fromSize, toSize, checkpoint } = parsed(line, where);
  const refuse = (rule: string) => new EvidenceError(`${where}: ${rule}`);
  if (!Array.isArray(hashes) || hashes.length > MAX_HASHES || !hashes.every(isHash))
    throw refuse(`hashes must be at most ${MAX_HASHES} hashes of 64 hexadecimal digits`);
  if (checkpoint !== undefined && typeof checkpoint !== 'string') throw refuse('checkpoint must be a text');
  const list = hashes;
  switch (type) {
    case 'inclusion':
      if (!isPlace(sequence, 1)) throw refuse('sequence must be a number from 1');
      if (!isPlace(size, sequence)) throw refuse('size must be a number, at least the sequence');
      if (typeof record !== 'string') throw refuse('record must be a text');
      if (!isHash(previousHash)) throw refuse('previousHash must have 64 hexadecimal digits');
      return { proof: { type, sequence, size, hashes: list, record, previousHash }, checkpoint };
    case 'consistency':
      if (!isPlace(fromSize, 0)) throw refuse('fromSize must be a number');
      if (!isPlace(toSize, fromSize)) throw refuse('toSize must be a number, at least fromSize');
      return { proof: { type, fromSize, toSize, hashes: list }, checkpoint };
    default:
      throw refuse('type must be inclusion or consistency');
  }
}

/** Reads a line of `strongroom trail records`. @throws EvidenceError */
export function parseEvent(line: string, where: string): ExportedEvent {
  const { sequence, record } = parsed(line, where);
  if (!isPlace(sequence, 1)) throw new EvidenceError(`${where}: sequence must be a number from 1`);
  if (typeof record !== 'string') throw new EvidenceError(`${where}: record must be a text`);
  return { sequence, record };
}

/** What an event is, for people; its encoding has the id, the time, the source and the name first. */
export function describeRecord(record: string): string {
  try {
    const [, id, time, source, name] = JSON.parse(record) as unknown[];
    const printable = [time, name, source, id].map((field) => JSON.stringify(String(field)).slice(1, -1));
    return `${printable[0]} ${printable[1]} (${printable[2]}), id ${printable[3]}`;
  } catch {
    return 'an event that this program cannot read';
  }
}
