import type { EntityManager } from 'typeorm';
import type { MaterialRecord, RotationType } from '../domain/materials.port';
import { CustomerKeyEntity } from './customer-key.entity';
import type { KeyMaterialEntity } from './key-material.entity';

/** Brings `material_until` of a locked key up to its materials, which are those up to the current one. */
export async function keepMaterialUntil(
  manager: EntityManager,
  keyId: string,
  currentMaterial: number,
  now: Date,
): Promise<Date | null> {
  const [row] = await manager.query<{ gone: number; until: Date | null }[]>(
    'SELECT COUNT(*) - COUNT(wrapped) AS gone, MIN(expires_at) AS until FROM key_material WHERE key_id = ? AND version <= ?',
    [keyId, currentMaterial],
  );
  const materialUntil = Number(row!.gone) > 0 ? now : row!.until;
  await manager.update(CustomerKeyEntity, { keyId }, { materialUntil });
  return materialUntil;
}

export const toMaterialRecord = (row: KeyMaterialEntity): MaterialRecord => ({
  version: row.version,
  wrapped: row.wrapped ?? undefined,
  materialId: row.materialId ?? undefined,
  publicKey: row.publicKey ?? undefined,
  description: row.description ?? undefined,
  rotationType: (row.rotationType as RotationType | null) ?? undefined,
  rotatedAt: row.rotatedAt ?? undefined,
  expiresAt: row.expiresAt ?? undefined,
});
