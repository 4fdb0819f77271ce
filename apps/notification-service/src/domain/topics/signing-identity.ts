import { MessageSigner } from '../hashing/message-signer';
import { type MadeIdentity, makeIdentity } from '../hashing/message-certificate';
import type { Sealer } from '../sealer.port';

/** The identity as it is stored. */
export interface SealedIdentity {
  /** Names the certificate: hex. */
  certificateId: string;
  certificatePem: string;
  /** The private key, which crypto-keyservice has encrypted for this certificate. */
  sealedKey: Buffer;
}

export interface IdentityStore {
  find(): Promise<SealedIdentity | undefined>;
  /** Stores the first one ever; returns the one that is stored then. */
  putFirst(identity: SealedIdentity): Promise<SealedIdentity>;
}

/** Who signs messages: one certificate for all topics. */
export interface SigningIdentity {
  certificateId: string;
  certificatePem: string;
  signer: MessageSigner;
}

/**
 * The identity that signs messages. It is made when it is first needed, and in memory from then on; at rest its key is sealed. Of
 * two processes that make one at once, the database keeps the first, and both use that.
 */
export class SigningIdentities {
  private current?: Promise<SigningIdentity>;

  constructor(
    private readonly store: IdentityStore,
    private readonly sealer: Sealer,
    private readonly make: () => Promise<MadeIdentity> = makeIdentity,
  ) {}

  /** @throws ServiceUnavailableException while crypto-keyservice is away */
  get(): Promise<SigningIdentity> {
    this.current ??= this.open().catch((error: unknown) => {
      this.current = undefined;
      throw error;
    });
    return this.current;
  }

  private async open(): Promise<SigningIdentity> {
    const { certificateId, certificatePem, sealedKey } = (await this.store.find()) ?? (await this.first());
    const pkcs8 = await this.sealer.open(certificateId, sealedKey);
    try {
      return { certificateId, certificatePem, signer: new MessageSigner(pkcs8) };
    } finally {
      pkcs8.fill(0);
    }
  }

  private async first(): Promise<SealedIdentity> {
    const { certificateId, certificatePem, pkcs8 } = await this.make();
    try {
      return await this.store.putFirst({
        certificateId,
        certificatePem,
        sealedKey: await this.sealer.seal(certificateId, pkcs8),
      });
    } finally {
      pkcs8.fill(0);
    }
  }
}
