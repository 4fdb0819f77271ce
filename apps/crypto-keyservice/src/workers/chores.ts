import type { KeyEvents } from '../clients/key-events';
import type { KeyRing } from '../domain/key-ring';
import type { KeyStore } from '../domain/keys.port';
import type { Chore } from './key-keeper';

/** Destroys the material of keys whose waiting period is over, and all that belongs to them. */
export const deletion = (store: Pick<KeyStore, 'dueForDeletion' | 'delete'>, events: KeyEvents): Chore => ({
  name: 'deletion',
  due: (now, limit) => store.dueForDeletion(now, limit),
  carryOut: (keyId) => store.delete(keyId, (key) => events.record('DeleteKey', key)),
});

/** Erases from this process's memory the material of keys that another one has deleted. */
export const forgetting = (store: Pick<KeyStore, 'existing'>, holders: readonly Pick<KeyRing, 'held' | 'forget'>[]): Chore => ({
  name: 'forgetting',
  async due() {
    const held = holders.flatMap((holder) => holder.held());
    const existing = new Set(await store.existing(held));
    return held.filter((keyId) => !existing.has(keyId));
  },
  carryOut: (keyId) => Promise.resolve(holders.forEach((holder) => holder.forget(keyId))),
});
