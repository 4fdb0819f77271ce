import { forget, openWithRootKey, rootKeyFingerprintOf, type RootKeySealer, sealWithRootKey } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { equalInConstantTime, hashOfToken } from './hashing/session-secrets';
import { type KeyScope, signingKeyOf } from './hashing/signing-key';
import { uniqueId } from './unique-id';

export interface NewAccessKey {
  accessKeyId: string;
  /** 40 characters; it is in the answer and is not kept. */
  secretAccessKey: string;
  sealedSecret: Buffer;
}

export interface NewSessionCredentials extends NewAccessKey {
  /** Opaque: `srs_` and 256 random bits. */
  sessionToken: string;
  tokenHash: Buffer;
}

/** Characters of a secret access key, 240 bits. */
const SECRET_BYTES = 30;
const TOKEN_BYTES = 32;

/** Creates credentials, and seals secrets for storage in a database. A sealed secret opens only with its own access key id. */
export class CredentialMint {
  private decoy: { accessKeyId: string; sealed: Buffer };

  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
  ) {
    this.decoy = this.newDecoy();
  }

  newAccessKey(kind: 'access-key' | 'session' = 'access-key'): NewAccessKey {
    const accessKeyId = uniqueId(kind, this.random);
    const secretAccessKey = this.random.bytes(SECRET_BYTES).toString('base64');
    const plaintext = Buffer.from(secretAccessKey);
    const sealedSecret = sealWithRootKey(this.rootKey, bindingOf(accessKeyId), plaintext, this.random);
    forget(plaintext);
    return { accessKeyId, secretAccessKey, sealedSecret };
  }

  newSession(): NewSessionCredentials {
    const sessionToken = `srs_${this.random.bytes(TOKEN_BYTES).toString('base64url')}`;
    return { ...this.newAccessKey('session'), sessionToken, tokenHash: hashOfToken(sessionToken) };
  }

  /**
   * Whether `secret` is the one sealed for `accessKeyId`. If there is none, it does the same work on a decoy and returns false,
   * so that the time does not reveal whether a key exists.
   */
  matches(accessKeyId: string, sealed: Buffer | undefined, secret: string): boolean {
    const known = sealed !== undefined;
    // The root key was rotated, and the one that sealed the decoy will go.
    if (rootKeyFingerprintOf(this.decoy.sealed) !== this.rootKey.fingerprint) this.decoy = this.newDecoy();
    const stored = known
      ? openWithRootKey(this.rootKey, bindingOf(accessKeyId), sealed)
      : openWithRootKey(this.rootKey, bindingOf(this.decoy.accessKeyId), this.decoy.sealed);
    const equal = equalInConstantTime(stored, Buffer.from(secret));
    forget(stored);
    return equal && known;
  }

  private newDecoy(): { accessKeyId: string; sealed: Buffer } {
    const { accessKeyId, sealedSecret } = this.newAccessKey();
    return { accessKeyId, sealed: sealedSecret };
  }

  /** The key that signs one day's requests to one service with the secret sealed for `accessKeyId`. */
  signingKey(accessKeyId: string, sealed: Buffer, scope: KeyScope): Buffer {
    const secret = openWithRootKey(this.rootKey, bindingOf(accessKeyId), sealed);
    const key = signingKeyOf(secret, scope);
    forget(secret);
    return key;
  }
}

/** What the sealed secret of an access key is bound to. */
export const bindingOf = (accessKeyId: string) => ({ purpose: 'access-key-secret', context: { accessKeyId } });
