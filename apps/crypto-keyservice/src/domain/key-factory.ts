import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { KeyManager, KeyRecord } from './key-record';
import type { KeyRing } from './key-ring';
import { arnOfKey } from './key-target';

export interface NewKey {
  accountId: string;
  manager: KeyManager;
  description: string;
  policy: string;
  tags: Readonly<Record<string, string>>;
}

/** Creates keys: id, ARN and first material. It stores nothing. */
export class KeyFactory {
  constructor(
    private readonly ring: KeyRing,
    private readonly random: RandomSource,
    private readonly clock: Clock,
    private readonly region: string,
  ) {}

  make(key: NewKey): KeyRecord {
    const keyId = randomUuid(this.random);
    return {
      ...key,
      keyId,
      arn: arnOfKey(keyId, { accountId: key.accountId, region: this.region }),
      state: 'Enabled',
      createdAt: this.clock.now(),
      aliases: [],
      currentMaterial: 1,
      materials: [this.ring.newMaterial(key.accountId, keyId)],
    };
  }
}
