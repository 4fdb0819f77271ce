import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Checkpoint, checkpointText } from './checkpoint';
import { ed25519KeyOf, type NoteKey, signedNote } from './signed-note';

/** Somebody who signs checkpoints under one name. */
export class TestSigner {
  readonly key: NoteKey;
  private readonly privateKey: KeyObject;

  constructor(readonly origin = 'strongroom.local/us-east-1/trail/000000000000') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    this.key = { name: origin, publicKey: ed25519KeyOf(publicKey.export({ format: 'der', type: 'spki' })) };
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text, 'utf8'), this.privateKey);
  }

  checkpoint(size: number, root: Buffer, origin = this.origin): string {
    const checkpoint: Checkpoint = { origin, size, root };
    const text = checkpointText(checkpoint);
    return signedNote(text, this.key, this.sign(text));
  }
}
