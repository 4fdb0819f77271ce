import { TestSigner } from '@strongroom/merkle/testing';
import { serviceUnavailable } from '@strongroom/errors';
import type { CheckpointSigner } from '../checkpoint.port';

/** Signs as crypto-keyservice does, with a key of its own. */
export class FakeSigner implements CheckpointSigner {
  away = false;
  signed = 0;
  private readonly signer = new TestSigner();

  async publicKey(): Promise<Buffer> {
    this.requirePresence();
    return this.signer.key.publicKey;
  }

  async sign(text: string): Promise<Buffer> {
    this.requirePresence();
    this.signed++;
    return this.signer.sign(text);
  }

  private requirePresence(): void {
    if (this.away) throw serviceUnavailable('crypto-keyservice is away');
  }
}
