import { DecryptRequest, EncryptRequest } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { keyService } from '@strongroom/methods';
import type { ChainHead } from '../domain/chain';
import type { Seal, Sealer, Within } from '../domain/trail.port';

/** The key that crypto-keyservice keeps for the trail; only audit-service may use it. */
const keyId = 'alias/aws/cloudtrail';
const timeoutMs = 3_000;

/** Seals are ciphertexts of the chain's hash: only crypto-keyservice can create one that opens. */
export class KeyServiceSealer implements Sealer {
  /** A seal for one purpose does not open for another. */
  constructor(
    private readonly client: ServiceClient<typeof keyService>,
    private readonly purpose: 'strongroom audit seal' | 'strongroom audit verification' | 'strongroom audit cut',
  ) {}

  async seal(head: ChainHead): Promise<Buffer> {
    const request = EncryptRequest.fromPartial({ keyId, plaintext: head.hash, encryptionContext: this.contextOf(head) });
    const { ciphertextBlob } = await this.client.encrypt(request, { timeoutMs });
    return ciphertextBlob;
  }

  async open(seal: Seal, { deadline }: Within): Promise<Buffer | undefined> {
    const request = DecryptRequest.fromPartial({ ciphertextBlob: seal.blob, encryptionContext: this.contextOf(seal), keyId });
    try {
      const answer = await this.client.decrypt(request, { timeoutMs, deadline });
      return answer.plaintext;
    } catch (error) {
      // The ciphertext belongs to another key or another place, or is none at all.
      if (isDomainError(error) && forgeries.has(error.reason)) return undefined;
      throw serviceUnavailable('crypto-keyservice, which can tell a seal from a forgery, does not answer', { cause: error });
    }
  }

  /** Binds a seal to its place: it does not open for another place or account. */
  private contextOf({ accountId, sequence }: { accountId: string; sequence: number }): Record<string, string> {
    return { purpose: this.purpose, accountId, sequence: String(sequence) };
  }
}

// The last one: the key does not exist, or we may not use it.
const forgeries = new Set(['InvalidCiphertextException', 'IncorrectKeyException', 'AccessDeniedException']);
