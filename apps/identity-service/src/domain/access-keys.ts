import { limitExceeded, noSuchEntity } from './iam-errors';
import type { Identity } from './identity';
import { ACCESS_KEYS_OF_USER } from './quotas';
import type { AccessKey, Change } from './store.port';

/** The user must be held alone, so that of two calls at once the second counts the first one's key. @throws LimitExceeded */
export async function addAccessKey(change: Change, key: AccessKey): Promise<void> {
  if ((await change.accessKeys.of(key.userId)).length >= ACCESS_KEYS_OF_USER) {
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${ACCESS_KEYS_OF_USER}`);
  }
  await change.accessKeys.add(key);
}

/** A key of this user; keys of others are not there. @throws NoSuchEntity */
export async function accessKeyOf(change: Change, user: Identity, accessKeyId: string): Promise<AccessKey> {
  const key = await change.accessKeys.find(accessKeyId, 'change');
  if (key?.userId !== user.id) throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  return key;
}

/** What was begun with a key ends with it, for good: sessions do not come back when the key is activated again. */
export async function setKeyActive(change: Change, { accessKeyId }: AccessKey, active: boolean): Promise<void> {
  await change.accessKeys.setActive(accessKeyId, active);
  // Both ways: services hold as well that a key stands for nobody.
  change.changed(accessKeyId);
  if (!active) await change.sessions.removeFrom(accessKeyId);
}

/** Its sessions end with it. */
export async function removeAccessKey(change: Change, { accessKeyId }: AccessKey): Promise<void> {
  await change.accessKeys.remove(accessKeyId);
  change.changed(accessKeyId);
  await change.sessions.removeFrom(accessKeyId);
}
