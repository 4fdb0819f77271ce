import { openCheckpoint, parseCheckpointText, splitNotes } from './checkpoint';
import { TestSigner } from './notes.testing';
import { formatNoteKey, NoteError, openNote, parseNoteKey, signedNote } from './signed-note';
import { emptyRoot, leafHash } from './tree-hash';

const signer = new TestSigner();
const root = leafHash(Buffer.from('a leaf'));
const note = signer.checkpoint(1, root);

describe("the example of Go's package note", () => {
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const neumann = parseNoteKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const signatureOfNeumann =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const signatureOfRoot =
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

  it('opens, with the signature of somebody else beside it', () => {
    expect(openNote(`${text}\n${signatureOfNeumann}${signatureOfRoot}`, neumann)).toBe(text);
    expect(() => openNote(`${text}\n${signatureOfRoot}`, neumann)).toThrow('no signature of the key PeterNeumann+c74f20a3');
    expect(() => openNote(`${text.replace('answer', 'end')}\n${signatureOfNeumann}`, neumann)).toThrow(
      'does not belong to the text',
    );
    expect(formatNoteKey(neumann)).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  });
});

describe('a checkpoint', () => {
  it('says what was signed', () => {
    expect(openCheckpoint(note, signer.key)).toEqual({ origin: signer.origin, size: 1, root });
    expect(parseNoteKey(formatNoteKey(signer.key))).toEqual(signer.key);
    expect(note).toBe(`${signer.origin}\n1\n${root.toString('base64')}\n\n${note.split('\n')[4]}\n`);
  });

  it.each([
    ['another size', note.replace('\n1\n', '\n2\n')],
    ['another hash', note.replace(root.toString('base64'), emptyRoot.toString('base64'))],
    ['another origin', note.replace('trail/0', 'trail/1')],
    ['a line more', note.replace('\n\n', '\nmore\n\n')],
    ['no signature', note.slice(0, note.indexOf('—'))],
    ['a signature that is cut off', note.slice(0, -20)],
    ['bytes after it', `${note}more`],
    ['control characters', note.replace('\n1\n', '\n1\r\n')],
    ['a key of the same name', new TestSigner().checkpoint(1, root)],
    ['the name of another trail', signer.checkpoint(1, root, 'strongroom.local/us-east-1/trail/111111111111')],
    ['nothing', ''],
  ])('with %s does not open', (_, changed) => {
    expect(() => openCheckpoint(changed, signer.key)).toThrow(NoteError);
  });

  it.each(['01', '-1', '1.0', '1e3', '9007199254740993', '', ' 1'])('has no size %p', (size) => {
    expect(() => parseCheckpointText(`origin\n${size}\n${root.toString('base64')}\n`)).toThrow('number of leaves');
  });

  it.each(['', 'AAAA', `${root.toString('base64').slice(0, -2)}B=`, root.toString('hex')])('has no hash %p', (encoded) => {
    expect(() => parseCheckpointText(`origin\n1\n${encoded}\n`)).toThrow('32 bytes');
  });

  it('is found in a file, also after an append that was cut off', () => {
    const second = signer.checkpoint(2, emptyRoot);
    expect(splitNotes(`${note}${second}`)).toEqual({ notes: [note, second], rest: '' });
    expect(splitNotes(`\n${note}\n${second}`)).toEqual({ notes: [note, second], rest: '' });
    for (const at of [5, signer.origin.length + 3, 90, 100, second.indexOf('—'), second.length - 9]) {
      const { notes, rest } = splitNotes(`\n${note}\n${second.slice(0, at)}\n${second}`);
      expect(notes).toEqual([note, second]);
      expect(rest).not.toBe('');
    }
  });
});

it.each([
  ['PeterNeumann', 'name+id+key'],
  ['a+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'id does not belong'],
  ['PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'Ed25519'],
  ['a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'no spaces'],
])('refuses the key %s', (text, rule) => {
  expect(() => parseNoteKey(text)).toThrow(rule);
});

it('signs no text without a line end', () => {
  expect(() => signedNote('text', signer.key, Buffer.alloc(64))).toThrow('line end');
});
