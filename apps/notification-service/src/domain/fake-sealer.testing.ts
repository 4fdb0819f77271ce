import { serviceUnavailable } from '@strongroom/errors';
import type { Sealer } from './sealer.port';

/** Seals by writing the id in front: what was sealed for one id opens for no other. */
export class FakeSealer implements Sealer {
  async seal(id: string, plaintext: Buffer): Promise<Buffer> {
    return Buffer.concat([Buffer.from(`${id}|`), plaintext]);
  }

  async open(id: string, sealed: Buffer): Promise<Buffer> {
    const head = Buffer.from(`${id}|`);
    if (!sealed.subarray(0, head.length).equals(head)) throw serviceUnavailable('sealed for another id');
    return Buffer.from(sealed.subarray(head.length));
  }
}
