import { materialBinding } from '@strongroom/envelope';
import type { SealedRow, SealedTable } from '@strongroom/root-keys';

/** All that the root key seals in this schema. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: 'key_material',
    key: ['key_id', 'version'],
    column: 'wrapped',
    select: ['(SELECT k.account_id FROM customer_key k WHERE k.key_id = t.key_id) AS account_id'],
    binding: (row) => {
      const { account_id: accountId, key_id: keyId, version: materialVersion } = row as unknown as MaterialRow;
      return materialBinding({ accountId, keyId, materialVersion });
    },
  },
];

interface MaterialRow extends SealedRow {
  account_id: string;
  key_id: string;
  version: number;
}
