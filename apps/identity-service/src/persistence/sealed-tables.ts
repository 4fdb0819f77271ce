import type { SealedTable } from '@strongroom/root-keys';
import { bindingOf } from '../domain/credentials';

const ofAccessKeys = (name: string): SealedTable => ({
  name,
  key: ['access_key_id'],
  column: 'sealed_secret',
  binding: (row) => bindingOf(String(row['access_key_id'])),
});

/** All that the root key seals in this schema. */
export const sealedTables: readonly SealedTable[] = [ofAccessKeys('access_key'), ofAccessKeys('session')];
