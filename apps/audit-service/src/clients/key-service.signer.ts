import { GetPublicKeyRequest, SignRequest } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { ed25519KeyOf } from '@strongroom/merkle';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { keyService } from '@strongroom/methods';
import type { CheckpointSigner } from '../domain/checkpoint.port';

/** The key that crypto-keyservice keeps for checkpoints; only audit-service may sign with it. */
const keyId = 'alias/aws/cloudtrail-checkpoints';
const timeoutMs = 3_000;

/** Signs by crypto-keyservice, so that this process never has the private key. */
export class KeyServiceSigner implements CheckpointSigner {
  constructor(private readonly client: Pick<ServiceClient<typeof keyService>, 'getPublicKey' | 'sign'>) {}

  async publicKey(): Promise<Buffer> {
    const { publicKey } = await this.client.getPublicKey(GetPublicKeyRequest.fromPartial({ keyId }), { timeoutMs });
    return ed25519KeyOf(publicKey);
  }

  async sign(text: string): Promise<Buffer> {
    const message = Buffer.from(text, 'utf8');
    const request = SignRequest.fromPartial({ keyId, message, messageType: 'RAW', signingAlgorithm: 'ED25519_SHA_512' });
    const { signature } = await this.client.sign(request, { timeoutMs });
    return signature;
  }
}
