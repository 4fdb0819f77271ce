import type { KeyEvents } from '../clients/key-events';
import type { KeyRing } from '../domain/key-ring';
import type { KeyStore } from '../domain/keys.port';
import type { ImportStore, RotationStore } from '../domain/materials.port';
import type { Chore } from './key-keeper';

/** Destroys the material of keys whose waiting period is over, and all that belongs to them. */
export const deletion = (store: Pick<KeyStore, 'dueForDeletion' | 'delete'>, events: KeyEvents): Chore => ({
  name: 'deletion',
  due: (now, limit) => store.dueForDeletion(now, limit),
  carryOut: (keyId) => store.delete(keyId, (key) => events.record('DeleteKey', key)),
});

/** Gives keys new material on their dates. */
export const rotation = (
  rotations: Pick<RotationStore, 'dueForRotation' | 'rotateDue'>,
  ring: Pick<KeyRing, 'newMaterial'>,
  events: KeyEvents,
): Chore => ({
  name: 'rotation',
  due: (now, limit) => rotations.dueForRotation(now, limit),
  carryOut: (keyId) =>
    rotations.rotateDue(
      keyId,
      (key, version) => ring.newMaterial(key, version),
      (key, { materialId = '' }) =>
        events.record('RotateKey', key, {
          responseElements: { keyId, rotationType: 'AUTOMATIC', currentKeyMaterialId: materialId },
        }),
    ),
});

/** Deletes imported material that has expired; it is unusable from that moment on, also before this. */
export const expiry = (imports: Pick<ImportStore, 'dueForExpiry' | 'expire'>, events: KeyEvents): Chore => ({
  name: 'expiry',
  due: (now, limit) => imports.dueForExpiry(now, limit),
  carryOut: (keyId) =>
    imports.expire(keyId, async (key, materialIds) => {
      for (const keyMaterialId of materialIds) {
        await events.record('DeleteExpiredKeyMaterial', key, { responseElements: { keyId, keyMaterialId } });
      }
    }),
});

/** Erases from this process's memory the material of keys that have lost theirs in the database. */
export const forgetting = (
  store: Pick<KeyStore, 'withMaterial'>,
  holders: readonly Pick<KeyRing, 'held' | 'forget'>[],
): Chore => ({
  name: 'forgetting',
  async due() {
    const held = holders.flatMap((holder) => holder.held());
    const kept = new Set(await store.withMaterial(held));
    return held.filter((keyId) => !kept.has(keyId));
  },
  carryOut: (keyId) => Promise.resolve(holders.forEach((holder) => holder.forget(keyId))),
});
