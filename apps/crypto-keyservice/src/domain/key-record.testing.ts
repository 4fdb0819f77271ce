import { SYMMETRIC, type KeyRecord } from './key-record';
import { arnOfKey } from './key-target';

/** A symmetric key without material, for tests of what does not need any. */
export function keyForTests(change: Pick<KeyRecord, 'policy'> & Partial<KeyRecord>): KeyRecord {
  const { accountId = '000000000000', keyId = '1234abcd-12ab-34cd-56ef-1234567890ab' } = change;
  return {
    ...SYMMETRIC,
    accountId,
    keyId,
    arn: arnOfKey(keyId, { accountId, region: 'us-east-1' }),
    state: 'Enabled',
    manager: 'CUSTOMER',
    description: '',
    createdAt: new Date(),
    trackedSince: new Date(),
    tags: {},
    aliases: [],
    currentMaterial: 1,
    materials: [],
    ...change,
  };
}
