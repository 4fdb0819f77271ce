import { type Clock, DAY } from '@strongroom/clock';
import { certify, endOf, makeKey } from '../hashing/message-certificate';
import { MessageSigner } from '../hashing/message-signer';
import type { Sealer } from '../sealer.port';

/** The identity as it is stored. */
export interface SealedIdentity {
  /** From 1; each certificate has the next one. */
  slot: number;
  /** Names the certificate: hex. */
  certificateId: string;
  certificatePem: string;
  /** The private key, which crypto-keyservice has encrypted for this certificate. */
  sealedKey: Buffer;
}

export interface IdentityStore {
  /** The newest first. */
  all(): Promise<SealedIdentity[]>;
  /** Stores it, unless its slot is taken. */
  put(identity: SealedIdentity): Promise<void>;
}

/** Who signs messages: one certificate for all topics. */
export interface SigningIdentity {
  certificateId: string;
  signer: MessageSigner;
}

interface Opened extends SigningIdentity {
  /** By id, also those from before: receivers of earlier messages still ask for them. */
  pems: ReadonlyMap<string, string>;
  /** When the certificate needs a successor, epoch milliseconds. */
  renewAt: number;
}

/** So long before its end a certificate has a successor. Milliseconds. */
const RENEW_MS = 90 * DAY;

/**
 * The identity that signs messages. It is made when it is first needed, and in memory from then on; at rest its key is sealed. Of
 * two processes that make one at once, the database keeps the first, and both use that. Before a certificate ends, the same key
 * gets another one, so links in messages go on to be good.
 */
export class SigningIdentities {
  private current?: Promise<Opened>;

  constructor(
    private readonly store: IdentityStore,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** @throws ServiceUnavailableException while crypto-keyservice is away */
  get(): Promise<SigningIdentity> {
    return this.opened();
  }

  /** The certificate of an id; undefined if there was never such a one. */
  async certificate(id: string): Promise<string | undefined> {
    return (await this.opened()).pems.get(id);
  }

  private async opened(): Promise<Opened> {
    const known = await this.current;
    if (known !== undefined && this.clock.millis() < known.renewAt) return known;
    const opening = this.open();
    this.current = opening;
    opening.catch(() => {
      if (this.current === opening) this.current = undefined;
    });
    return opening;
  }

  private async open(): Promise<Opened> {
    let identities = await this.store.all();
    if (identities.length === 0) identities = await this.make(1, await makeKey());
    let pkcs8 = await this.sealer.open(identities[0]!.certificateId, identities[0]!.sealedKey);
    if (this.clock.millis() >= renewalOf(identities[0]!)) {
      identities = await this.make(identities[0]!.slot + 1, pkcs8);
      pkcs8 = await this.sealer.open(identities[0]!.certificateId, identities[0]!.sealedKey);
    }
    try {
      const [newest] = identities;
      const pems = new Map(identities.map(({ certificateId, certificatePem }) => [certificateId, certificatePem]));
      const { certificateId } = newest!;
      return { certificateId, signer: new MessageSigner(pkcs8), pems, renewAt: renewalOf(newest!) };
    } finally {
      pkcs8.fill(0);
    }
  }

  /** Overwrites the key in memory. */
  private async make(slot: number, pkcs8: Buffer): Promise<SealedIdentity[]> {
    try {
      const made = await certify(pkcs8, this.clock.millis());
      await this.store.put({ slot, ...made, sealedKey: await this.sealer.seal(made.certificateId, pkcs8) });
      return await this.store.all();
    } finally {
      pkcs8.fill(0);
    }
  }
}

const renewalOf = ({ certificatePem }: SealedIdentity): number => endOf(certificatePem) - RENEW_MS;
