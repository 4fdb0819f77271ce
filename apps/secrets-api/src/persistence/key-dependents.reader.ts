import type { HotPool } from '@strongroom/database';
import { keyBlobsOf } from '@strongroom/envelope';
import { FairGate } from '@strongroom/fairness';
import type { KeyDependents, KeyDependentsReader } from '../domain/key-dependents.port';
import { inRanges } from './data-key-ranges';

/** Counts by the index at a time, because each may read a large part of it; and of one key. */
const COUNTS = { slots: 2, slotsPerLane: 1 };

/** Lets those who count data keys in, by the key's id. */
export const countGate = (): FairGate => new FairGate(COUNTS);

/** Counts by the index of wrapped data keys, without reading a version. */
export class DatabaseKeyDependentsReader implements KeyDependentsReader {
  constructor(
    private readonly pool: HotPool,
    private readonly counts: FairGate,
  ) {}

  find(keyId: string, deadline: number): Promise<KeyDependents> {
    return this.counts.through(keyId, async () => {
      const { condition, parameters } = inRanges(keyBlobsOf(keyId));
      const materials = await this.pool.query<{ material: Buffer; versions: number | string }>(
        `SELECT SUBSTRING(wrapped_data_key, 18, 4) AS material, COUNT(*) AS versions
          FROM secret_version WHERE ${condition} GROUP BY material ORDER BY material`,
        parameters,
        { deadline },
      );
      const [row] = await this.pool.query<{ secrets: number | string }>(
        `SELECT COUNT(DISTINCT secret_id) AS secrets FROM secret_version WHERE ${condition}`,
        parameters,
        { deadline },
      );
      return {
        secrets: Number(row!.secrets),
        materials: materials.map(({ material, versions }) => ({
          materialVersion: material.readUInt32BE(0),
          versions: Number(versions),
        })),
      };
    });
  }
}
