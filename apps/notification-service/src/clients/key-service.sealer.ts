import { DecryptRequest, EncryptRequest } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { serviceUnavailable } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { keyService } from '@strongroom/methods';
import type { Sealer } from '../domain/sealer.port';

/** The key that crypto-keyservice keeps for notification-service; nobody else may use it. */
const keyId = 'alias/aws/events';
const timeoutMs = 3_000;

export class KeyServiceSealer implements Sealer {
  /** What was sealed for one purpose does not open for another. */
  constructor(
    private readonly client: ServiceClient<typeof keyService>,
    private readonly purpose: string,
  ) {}

  async seal(id: string, plaintext: Buffer): Promise<Buffer> {
    const request = EncryptRequest.fromPartial({ keyId, plaintext, encryptionContext: this.contextOf(id) });
    const { ciphertextBlob } = await this.client.encrypt(request, { timeoutMs }).catch(away);
    return ciphertextBlob;
  }

  async open(id: string, sealed: Buffer): Promise<Buffer> {
    const request = DecryptRequest.fromPartial({ keyId, ciphertextBlob: sealed, encryptionContext: this.contextOf(id) });
    const { plaintext } = await this.client.decrypt(request, { timeoutMs }).catch(away);
    return plaintext;
  }

  private contextOf(id: string): Record<string, string> {
    return { purpose: this.purpose, id };
  }
}

const away = (cause: unknown): never => {
  throw serviceUnavailable('crypto-keyservice does not answer', { cause });
};
