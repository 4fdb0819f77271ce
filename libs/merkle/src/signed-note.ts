import { createPublicKey, hash, verify } from 'node:crypto';

/** The public part of an Ed25519 key that signs notes under a name (C2SP signed-note). */
export interface NoteKey {
  /** No spaces, no plus signs. */
  name: string;
  /** 32 bytes. */
  publicKey: Buffer;
}

const ED25519 = Buffer.of(1);
const ID_LENGTH = 4;
const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
/** In UTF-16 code units. */
const MAX_NOTE_LENGTH = 100_000;
/** DER before the 32 bytes of an Ed25519 key: SubjectPublicKeyInfo (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const NAME = /^[^\s+\p{Cc}]{1,1024}$/u;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** The text is no signed note, or no key of one. The message says why. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

/** The four bytes by which signature lines name the key: part of a hash over name, algorithm and key. */
export function noteKeyId({ name, publicKey }: NoteKey): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), ED25519, publicKey]), 'buffer').subarray(0, ID_LENGTH);
}

/** `name+id+key`, as verifiers of notes take it. */
export function formatNoteKey(key: NoteKey): string {
  requireName(key.name);
  return `${key.name}+${noteKeyId(key).toString('hex')}+${Buffer.concat([ED25519, key.publicKey]).toString('base64')}`;
}

/** @throws NoteError for a text that `formatNoteKey` does not write */
export function parseNoteKey(text: string): NoteKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text.trim()) ?? [];
  const bytes = exactBase64(encoded);
  if (bytes?.length !== 1 + KEY_LENGTH || bytes[0] !== 1)
    throw new NoteError('the key must be name+id+key, with an Ed25519 key in base64');
  requireName(name);
  const key = { name, publicKey: bytes.subarray(1) };
  if (noteKeyId(key).toString('hex') !== id) throw new NoteError("the key's id does not belong to its name and bytes");
  return key;
}

/** The 32 bytes of a key in SubjectPublicKeyInfo. @throws NoteError if it is no Ed25519 key */
export function ed25519KeyOf(spki: Buffer): Buffer {
  if (spki.length !== SPKI.length + KEY_LENGTH || !spki.subarray(0, SPKI.length).equals(SPKI))
    throw new NoteError('the key is no Ed25519 key');
  return spki.subarray(SPKI.length);
}

/**
 * The note: the text, an empty line, the signature.
 *
 * @param text lines, each with its end; these bytes in UTF-8 are what is signed
 * @param signature Ed25519 (RFC 8032), 64 bytes
 */
export function signedNote(text: string, key: NoteKey, signature: Buffer): string {
  requireText(text);
  requireName(key.name);
  return `${text}\n— ${key.name} ${Buffer.concat([noteKeyId(key), signature]).toString('base64')}\n`;
}

/** What was signed, without a look at who did: only for notes whose signature does not matter. @throws NoteError */
export function unverifiedText(note: string): string {
  return divided(note).text;
}

/**
 * The text of a note that this key signed. Signatures of others may stand beside it.
 *
 * @throws NoteError if the key has not signed it, or it is no note
 */
export function openNote(note: string, key: NoteKey): string {
  const { text, signatures } = divided(note);
  const id = noteKeyId(key);
  const ofKey = signatures.filter(({ name, bytes }) => name === key.name && bytes.subarray(0, ID_LENGTH).equals(id));
  if (ofKey.length === 0) throw new NoteError(`the note has no signature of the key ${key.name}+${id.toString('hex')}`);
  const spki = createPublicKey({ key: Buffer.concat([SPKI, key.publicKey]), format: 'der', type: 'spki' });
  const isValid = ({ bytes }: { bytes: Buffer }) =>
    bytes.length === ID_LENGTH + SIGNATURE_LENGTH && verify(null, Buffer.from(text, 'utf8'), spki, bytes.subarray(ID_LENGTH));
  if (!ofKey.every(isValid)) throw new NoteError(`the signature of ${key.name} does not belong to the text of the note`);
  return text;
}

const divided = (note: string): { text: string; signatures: { name: string; bytes: Buffer }[] } => {
  if (note.length > MAX_NOTE_LENGTH) throw new NoteError('the note is too long');
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw new NoteError('a note is a text, an empty line, and lines of signatures');
  const text = note.slice(0, at + 1);
  requireText(text);
  const lines = note.slice(at + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = exactBase64(encoded);
    if (!bytes || bytes.length <= ID_LENGTH) throw new NoteError('a signature must be "— name base64"');
    requireName(name);
    return { name, bytes };
  });
  return { text, signatures };
};

const requireText = (text: string): void => {
  if (!text.endsWith('\n')) throw new NoteError('the text of a note must end with a line end');
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new NoteError('the text of a note must have no control characters');
};

const requireName = (name: string): void => {
  if (!NAME.test(name)) throw new NoteError('the name of a key must have no spaces and no plus signs, and must not be empty');
};

/** Undefined for what is no canonical base64. */
export const exactBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
};
