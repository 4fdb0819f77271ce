import { materialBinding } from '@strongroom/envelope';
import type { SealedRow, SealedTable } from '@strongroom/root-keys';

/** All that the root key seals in this schema. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: 'key_material',
    key: ['key_id', 'version'],
    column: 'wrapped',
    select: ['account_id', 'key_spec'].map(
      (column) => `(SELECT k.${column} FROM customer_key k WHERE k.key_id = t.key_id) AS ${column}`,
    ),
    binding: (row) => {
      const { account_id: accountId, key_id: keyId, version: materialVersion, key_spec: spec } = row as unknown as MaterialRow;
      return materialBinding({ accountId, keyId, materialVersion }, spec);
    },
  },
];

interface MaterialRow extends SealedRow {
  account_id: string;
  key_id: string;
  key_spec: string;
  version: number;
}
