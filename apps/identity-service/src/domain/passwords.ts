import {
  forget,
  openWithRootKey,
  type RootKeyBinding,
  rootKeyFingerprintOf,
  type RootKeySealer,
  sealWithRootKey,
} from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import type { PasswordHasher } from './hashing/password-hasher';
import type { StoredPassword } from './store.port';

/** What the sealed hash of a password is bound to. */
export const passwordBinding = (userId: string, generation: number): RootKeyBinding => ({
  purpose: 'password-hash',
  context: { userId, generation: String(generation) },
});

const DECOY = passwordBinding('nobody', 0);

/**
 * Passwords as they are kept: hashed, and the hash sealed by the root key, so that whoever has the database alone has nothing to
 * try passwords against.
 */
export class Passwords {
  private decoyHash: Promise<string> | undefined;
  private decoy: Buffer | undefined;

  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    private readonly hasher: PasswordHasher,
  ) {}

  /** `lane`: those who wait for hashes take turns by it. */
  async seal(userId: string, generation: number, password: string, lane: string): Promise<Buffer> {
    const plaintext = Buffer.from(await this.hasher.hash(password, lane));
    return sealWithRootKey(this.rootKey, passwordBinding(userId, generation), plaintext, this.random);
  }

  /** Whether it is this password. If there is none, it does the same work on a decoy and returns false. */
  async matches(stored: StoredPassword | undefined, password: string, lane: string): Promise<boolean> {
    const decoy = await this.sealedDecoy();
    const opened = stored
      ? openWithRootKey(this.rootKey, passwordBinding(stored.userId, stored.generation), stored.sealedHash)
      : openWithRootKey(this.rootKey, DECOY, decoy);
    const hashed = opened.toString();
    forget(opened);
    return (await this.hasher.matches(hashed, password, lane)) && stored !== undefined;
  }

  /** Whether one of them is this password. */
  async anyMatches(stored: readonly StoredPassword[], password: string, lane: string): Promise<boolean> {
    for (const one of stored) if (await this.matches(one, password, lane)) return true;
    return false;
  }

  /** Made by the first call, so that later ones take the same time, and sealed anew when the root key was rotated. */
  private async sealedDecoy(): Promise<Buffer> {
    this.decoyHash ??= this.hasher.hash(this.random.bytes(16).toString('base64'), 'decoy').catch((error: unknown) => {
      this.decoyHash = undefined;
      throw error;
    });
    const hash = await this.decoyHash;
    if (this.decoy === undefined || rootKeyFingerprintOf(this.decoy) !== this.rootKey.fingerprint) {
      this.decoy = sealWithRootKey(this.rootKey, DECOY, Buffer.from(hash), this.random);
    }
    return this.decoy;
  }
}
