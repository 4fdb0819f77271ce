import { inTransaction } from '@strongroom/database';
import { incorrectKeyMaterial } from '@strongroom/key-algorithms';
import { LessThanOrEqual, type DataSource, type EntityManager } from 'typeorm';
import { invalidKeyState, notFound } from '../domain/key-errors';
import type { WriteOptions } from '../domain/keys.port';
import type { ImportStore, MaterialImport, OwnedKey } from '../domain/materials.port';
import { CustomerKeyEntity } from './customer-key.entity';
import { KeyMaterialEntity } from './key-material.entity';
import { keepMaterialUntil } from './material-rows';
import { lockedKey, lockKey, write, type LockedKey, type LockPlace } from './write';

type Known = Pick<KeyMaterialEntity, 'version' | 'materialId' | 'expiresAt'>;

/** Each change is one transaction under the lock of its key: it has happened, or it has not. */
export class DatabaseImportStore implements ImportStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly place: LockPlace,
  ) {}

  import(keyId: string, imported: MaterialImport, options: WriteOptions): Promise<void> {
    return write(this.dataSource, options, async (manager) => {
      const now = this.place.clock.now();
      const key = await lockKey(manager, this.place, 'ImportKeyMaterial', keyId);
      const known = await this.knownMaterials(manager, key, now);
      const type = imported.importType ?? (known.length === 0 ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL');
      const version =
        type === 'NEW_KEY_MATERIAL'
          ? await this.add(manager, key, known, imported, now)
          : await this.replace(manager, key, known, imported);
      // What waits for its rotation is not needed yet.
      if (version > key.currentMaterial) return;
      const until = await keepMaterialUntil(manager, keyId, key.currentMaterial, now);
      const isComplete = until === null || until > now;
      if (isComplete && key.state === 'PendingImport') await manager.update(CustomerKeyEntity, { keyId }, { state: 'Enabled' });
    });
  }

  deleteMaterial(keyId: string, materialId: string | undefined, options: WriteOptions<string>): Promise<string> {
    return write(this.dataSource, options, async (manager) => {
      const key = await lockKey(manager, this.place, 'DeleteImportedKeyMaterial', keyId);
      const known = await this.knownMaterials(manager, key, this.place.clock.now());
      const found = known.find((material) =>
        materialId === undefined ? material.version === key.currentMaterial : material.materialId === materialId,
      );
      if (!found && materialId !== undefined) throw notFound(`${key.arn} has no key material ${materialId}.`);
      if (!found) return '';
      await this.drop(manager, key, [found]);
      return found.materialId ?? '';
    });
  }

  async dueForExpiry(now: Date, limit: number): Promise<string[]> {
    const rows = await this.dataSource.manager.find(KeyMaterialEntity, {
      select: { keyId: true },
      where: { expiresAt: LessThanOrEqual(now) },
      order: { expiresAt: 'ASC' },
      take: limit,
    });
    return [...new Set(rows.map(({ keyId }) => keyId))];
  }

  async expire(keyId: string, beforeCommit: (key: OwnedKey, materialIds: string[]) => Promise<void>): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const key = await lockedKey(manager, this.place, keyId);
      const expiresAt = LessThanOrEqual(this.place.clock.now());
      const expired = key ? await manager.findBy(KeyMaterialEntity, { keyId, expiresAt }) : [];
      // Another process may have been here, or somebody may have imported the material anew.
      if (!key || expired.length === 0) return;
      await this.drop(manager, key, expired);
      await beforeCommit(
        key,
        expired.map(({ materialId }) => materialId ?? ''),
      );
    });
  }

  /** Of a locked key. What waited for its rotation and has expired is as good as gone. */
  private async knownMaterials(manager: EntityManager, key: LockedKey, now: Date): Promise<Known[]> {
    const { keyId, currentMaterial } = key;
    const select = { version: true, materialId: true, expiresAt: true } as const;
    const known = await manager.find(KeyMaterialEntity, { select, where: { keyId } });
    const gone = known.filter(({ version, expiresAt }) => version > currentMaterial && expiresAt && expiresAt <= now);
    await this.drop(manager, key, gone);
    return known.filter((material) => !gone.includes(material));
  }

  private async add(
    manager: EntityManager,
    { keyId, arn, currentMaterial }: LockedKey,
    known: readonly Known[],
    { material, description, expiresAt }: MaterialImport,
    now: Date,
  ): Promise<number> {
    if (known.some(({ materialId }) => materialId === material.materialId)) {
      throw incorrectKeyMaterial(`This key material is already associated with ${arn}.`);
    }
    if (known.some(({ version }) => version > currentMaterial)) {
      throw invalidKeyState(`Other key material of ${arn} is pending rotation. Rotate the key, or delete that material first.`);
    }
    const version = known.length === 0 ? currentMaterial : currentMaterial + 1;
    await manager.insert(KeyMaterialEntity, {
      keyId,
      version,
      wrapped: material.seal(version),
      materialId: material.materialId,
      publicKey: material.publicKey ?? null,
      description: description ?? null,
      expiresAt: expiresAt ?? null,
      createdAt: now,
    });
    return version;
  }

  private async replace(
    manager: EntityManager,
    { keyId, arn }: LockedKey,
    known: readonly Known[],
    { material, materialId, description, expiresAt }: MaterialImport,
  ): Promise<number> {
    const same = known.find((stored) => stored.materialId === material.materialId);
    if (!same) throw incorrectKeyMaterial(`This is not key material that was imported into ${arn} before.`);
    if (materialId !== undefined && materialId !== material.materialId) {
      throw incorrectKeyMaterial('This is not the key material that KeyMaterialId names.');
    }
    const { version } = same;
    const change = {
      wrapped: material.seal(version),
      expiresAt: expiresAt ?? null,
      ...(description !== undefined && { description }),
    };
    await manager.update(KeyMaterialEntity, { keyId, version }, change);
    return version;
  }

  /** Nothing names material that waits for its rotation. Of other material the id stays, so that it can come back. */
  private async drop(manager: EntityManager, { keyId, currentMaterial }: LockedKey, materials: readonly Known[]): Promise<void> {
    for (const { version } of materials) {
      if (version > currentMaterial) await manager.delete(KeyMaterialEntity, { keyId, version });
      else await manager.update(KeyMaterialEntity, { keyId, version }, { wrapped: null, expiresAt: null });
    }
    if (materials.some(({ version }) => version <= currentMaterial)) {
      await keepMaterialUntil(manager, keyId, currentMaterial, this.place.clock.now());
    }
  }
}
