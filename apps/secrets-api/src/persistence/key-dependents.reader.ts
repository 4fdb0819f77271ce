import type { HotPool } from '@strongroom/database';
import { keyBlobsOf } from '@strongroom/envelope';
import { FairGate } from '@strongroom/fairness';
import type { KeyDependents, KeyDependentsReader } from '../domain/key-dependents.port';
import { inRanges } from './data-key-ranges';

/** Counts at a time: each may read a large part of the index. */
const MAX_COUNTS = 1;

/** Counts by the index of wrapped data keys, without reading a version. */
export class DatabaseKeyDependentsReader implements KeyDependentsReader {
  private readonly counts = new FairGate({ slots: MAX_COUNTS });

  constructor(private readonly pool: HotPool) {}

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
