import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { KeyPairs } from './key-pairs';
import { isSymmetric, SYMMETRIC, type KeyKind, type KeyManager, type KeyRecord } from './key-record';
import type { KeyRing } from './key-ring';
import { arnOfKey } from './key-target';

export interface NewKey {
  accountId: string;
  manager: KeyManager;
  description: string;
  policy: string;
  tags: Readonly<Record<string, string>>;
  /** Default: symmetric. */
  kind?: KeyKind;
}

/** Creates keys: id, ARN and first material. It stores nothing. */
export class KeyFactory {
  constructor(
    private readonly ring: KeyRing,
    private readonly pairs: KeyPairs,
    private readonly random: RandomSource,
    private readonly clock: Clock,
    private readonly region: string,
  ) {}

  /** Without material: some kinds cost much, so whether the caller may create the key is decided before. */
  make({ kind = SYMMETRIC, ...key }: NewKey): KeyRecord {
    const keyId = randomUuid(this.random);
    return {
      ...key,
      ...kind,
      keyId,
      arn: arnOfKey(keyId, { accountId: key.accountId, region: this.region }),
      state: kind.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
      createdAt: this.clock.now(),
      trackedSince: this.clock.now(),
      aliases: [],
      currentMaterial: 1,
      materials: [],
    };
  }

  /** With its first material, unless that will be imported. */
  async withMaterial(key: KeyRecord): Promise<KeyRecord> {
    const { accountId, keyId, spec, origin } = key;
    if (origin === 'EXTERNAL') return key;
    const material = isSymmetric(key) ? this.ring.newMaterial(key) : await this.pairs.newMaterial(accountId, keyId, spec);
    return { ...key, materials: [material] };
  }
}
