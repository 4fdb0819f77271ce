import type { KeySpec, KeyUsage } from '@strongroom/key-algorithms';
import { stateAt, type KeyManager, type KeyOrigin, type KeyRecord, type KeyState } from '../domain/key-record';
import { arnOfKey } from '../domain/key-target';

/** A row of a key joined with one of its materials, or with none if the key has no current one. */
export interface KeyRow {
  key_id: string;
  account_id: string;
  state: string;
  manager: string;
  description: string;
  policy: string;
  tags: string;
  /** A JSON list, or null. */
  aliases: string | null;
  current_material: number;
  created_at: Date;
  tracked_since: Date;
  key_spec: string;
  key_usage: string;
  origin: string;
  deletion_at: Date | null;
  material_until: Date | null;
  version: number | null;
  wrapped: Buffer | null;
  material_id: string | null;
  public_key: Buffer | null;
}

export const KEY_COLUMNS =
  'k.key_id, k.account_id, k.state, k.manager, k.description, k.policy, k.tags, k.current_material, k.created_at, k.tracked_since, ' +
  'k.key_spec, k.key_usage, k.origin, k.deletion_at, k.material_until, m.version, m.wrapped, m.material_id, m.public_key, ' +
  // Reads only the index. As text, because the servers return JSON as different types.
  'CAST((SELECT JSON_ARRAYAGG(n.name) FROM key_alias n WHERE n.key_id = k.key_id) AS CHAR) AS aliases';

/** Builds a key's record from all its rows; undefined if there are none. */
export function toRecord(rows: readonly KeyRow[], region: string, now: Date): KeyRecord | undefined {
  const [row] = rows;
  if (!row) return undefined;
  const materialUntil = row.material_until ?? undefined;
  return {
    keyId: row.key_id,
    accountId: row.account_id,
    arn: arnOfKey(row.key_id, { accountId: row.account_id, region }),
    state: stateAt(now, { state: row.state as KeyState, materialUntil }),
    manager: row.manager as KeyManager,
    description: row.description,
    policy: row.policy,
    tags: JSON.parse(row.tags) as Record<string, string>,
    aliases: row.aliases === null ? [] : (JSON.parse(row.aliases) as string[]),
    currentMaterial: row.current_material,
    createdAt: row.created_at,
    trackedSince: row.tracked_since,
    spec: row.key_spec as KeySpec,
    usage: row.key_usage as KeyUsage,
    origin: row.origin as KeyOrigin,
    deletionAt: row.deletion_at ?? undefined,
    materialUntil,
    materials: rows.flatMap(({ version, wrapped, material_id: materialId, public_key: publicKey }) =>
      version === null
        ? []
        : [{ version, wrapped: wrapped ?? undefined, materialId: materialId ?? undefined, publicKey: publicKey ?? undefined }],
    ),
  };
}
