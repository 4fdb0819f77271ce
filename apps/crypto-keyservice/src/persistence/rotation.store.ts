import { DAY, MINUTE } from '@strongroom/clock';
import { inTransaction } from '@strongroom/database';
import { limitExceeded } from '@strongroom/errors';
import { IsNull, LessThanOrEqual, MoreThan, Not, type DataSource, type EntityManager } from 'typeorm';
import { invalidKeyState, rotationConflict } from '../domain/key-errors';
import type { WrappedMaterial } from '../domain/key-record';
import type { RotationSchedule, WriteOptions } from '../domain/keys.port';
import type { MakeMaterial, OwnedKey, RotationStore, RotationType } from '../domain/materials.port';
import { CustomerKeyEntity } from './customer-key.entity';
import { KeyMaterialEntity } from './key-material.entity';
import { keepMaterialUntil, toMaterialRecord } from './material-rows';
import { lockedKey, lockKey, write, type LockedKey, type LockPlace } from './write';

/** As in KMS, in all the life of a key. */
export const MAX_ON_DEMAND_ROTATIONS = 25;
/** As in KMS: whoever asks for a rotation so shortly before one that comes by itself most likely does not want two. */
const TOO_CLOSE_MS = 20 * MINUTE;

/** Each rotation is one transaction under the lock of its key: it has happened, or it has not. */
export class DatabaseRotationStore implements RotationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly place: LockPlace,
  ) {}

  async listMaterials(keyId: string, { after, limit, onlyRotations }: Parameters<RotationStore['listMaterials']>[1]) {
    const materials = await this.dataSource.manager.find(KeyMaterialEntity, {
      where: { keyId, version: MoreThan(after), ...(onlyRotations && { rotatedAt: Not(IsNull()) }) },
      order: { version: 'ASC' },
      take: limit,
    });
    return materials.map(toMaterialRecord);
  }

  async scheduleOf(keyId: string): Promise<RotationSchedule> {
    const key = await this.dataSource.manager.findOne(CustomerKeyEntity, {
      select: { rotationPeriodDays: true, nextRotationAt: true },
      where: { keyId },
    });
    return { rotationPeriodDays: key?.rotationPeriodDays ?? null, nextRotationAt: key?.nextRotationAt ?? null };
  }

  rotateOnDemand(keyId: string, make: MakeMaterial, options: WriteOptions<WrappedMaterial>): Promise<WrappedMaterial> {
    return write(this.dataSource, options, async (manager) => {
      const key = await lockKey(manager, this.place, 'RotateKeyOnDemand', keyId);
      const next = key.nextRotationAt;
      if (next && next.getTime() <= this.place.clock.millis() + TOO_CLOSE_MS) {
        throw rotationConflict(`An automatic rotation of ${key.arn} begins within 20 minutes.`);
      }
      if ((await manager.countBy(KeyMaterialEntity, { keyId, rotationType: 'ON_DEMAND' })) >= MAX_ON_DEMAND_ROTATIONS) {
        throw limitExceeded(`A key can be rotated on demand at most ${MAX_ON_DEMAND_ROTATIONS} times.`);
      }
      if (key.origin === 'AWS_KMS') return this.append(manager, key, make, 'ON_DEMAND');
      return this.takeImported(manager, key);
    });
  }

  async dueForRotation(now: Date, limit: number): Promise<string[]> {
    const keys = await this.dataSource.manager.find(CustomerKeyEntity, {
      select: { keyId: true },
      where: { nextRotationAt: LessThanOrEqual(now), state: 'Enabled' },
      order: { nextRotationAt: 'ASC' },
      take: limit,
    });
    return keys.map(({ keyId }) => keyId);
  }

  async rotateDue(
    keyId: string,
    make: MakeMaterial,
    beforeCommit: (key: OwnedKey, material: WrappedMaterial) => Promise<void>,
  ): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const key = await lockedKey(manager, this.place, keyId);
      const now = this.place.clock.millis();
      if (key?.state !== 'Enabled' || !key.rotationPeriodDays || !key.nextRotationAt) return;
      // Another process may have rotated it since.
      if (key.nextRotationAt.getTime() > now) return;
      const material = await this.append(manager, key, make, 'AUTOMATIC');
      const nextRotationAt = new Date(now + key.rotationPeriodDays * DAY);
      await manager.update(CustomerKeyEntity, { keyId }, { nextRotationAt });
      await beforeCommit(key, material);
    });
  }

  private async append(
    manager: EntityManager,
    key: LockedKey,
    make: MakeMaterial,
    rotationType: RotationType,
  ): Promise<WrappedMaterial> {
    const { keyId } = key;
    const now = this.place.clock.now();
    const material = make(key, key.currentMaterial + 1);
    await manager.insert(KeyMaterialEntity, { keyId, ...material, rotationType, rotatedAt: now, createdAt: now });
    await manager.update(CustomerKeyEntity, { keyId }, { currentMaterial: material.version });
    return material;
  }

  private async takeImported(manager: EntityManager, { keyId, arn, currentMaterial }: LockedKey): Promise<WrappedMaterial> {
    const now = this.place.clock.now();
    const version = currentMaterial + 1;
    const pending = await manager.findOneBy(KeyMaterialEntity, { keyId, version });
    if (!pending || (pending.expiresAt && pending.expiresAt <= now)) {
      throw invalidKeyState(`No key material of ${arn} is pending rotation.`);
    }
    await manager.update(KeyMaterialEntity, { keyId, version }, { rotationType: 'ON_DEMAND', rotatedAt: now });
    await manager.update(CustomerKeyEntity, { keyId }, { currentMaterial: version });
    await keepMaterialUntil(manager, keyId, version, now);
    return toMaterialRecord(pending);
  }
}
