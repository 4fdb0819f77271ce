import type { KeyManager, KeyRecord, KeyState } from '../domain/key-record';
import { arnOfKey } from '../domain/key-target';

/** A row of a key joined with one of its materials. */
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
  version: number;
  wrapped: Buffer;
}

export const KEY_COLUMNS =
  'k.key_id, k.account_id, k.state, k.manager, k.description, k.policy, k.tags, k.current_material, k.created_at, m.version, m.wrapped, ' +
  // Reads only the index. As text, because the servers return JSON as different types.
  'CAST((SELECT JSON_ARRAYAGG(n.name) FROM key_alias n WHERE n.key_id = k.key_id) AS CHAR) AS aliases';

/** Builds a key's record from all its rows; undefined if there are none. */
export function toRecord(rows: readonly KeyRow[], region: string): KeyRecord | undefined {
  const [row] = rows;
  if (!row) return undefined;
  return {
    keyId: row.key_id,
    accountId: row.account_id,
    arn: arnOfKey(row.key_id, { accountId: row.account_id, region }),
    state: row.state as KeyState,
    manager: row.manager as KeyManager,
    description: row.description,
    policy: row.policy,
    tags: JSON.parse(row.tags) as Record<string, string>,
    aliases: row.aliases === null ? [] : (JSON.parse(row.aliases) as string[]),
    currentMaterial: row.current_material,
    createdAt: row.created_at,
    materials: rows.map(({ version, wrapped }) => ({ version, wrapped })),
  };
}
