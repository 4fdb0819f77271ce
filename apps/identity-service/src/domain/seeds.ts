import { forget, openWithRootKey, type RootKeySealer, sealWithRootKey } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { type MfaDevice, SEED_BYTES, seedBinding } from './mfa-device';

/** The seeds of MFA devices, sealed for storage in a database. */
export class Seeds {
  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
  ) {}

  /** A new seed. Its caller shows it once, and erases it. */
  create(serialNumber: string): { seed: Buffer; sealedSeed: Buffer } {
    const seed = this.random.bytes(SEED_BYTES);
    return { seed, sealedSeed: sealWithRootKey(this.rootKey, seedBinding(serialNumber), seed, this.random) };
  }

  /** What `work` makes of the seed, which is erased then. */
  with<Result>({ serialNumber, sealedSeed }: MfaDevice, work: (seed: Uint8Array) => Result): Result {
    const seed = openWithRootKey(this.rootKey, seedBinding(serialNumber), sealedSeed);
    try {
      return work(seed);
    } finally {
      forget(seed);
    }
  }
}
