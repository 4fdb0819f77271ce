import type { SealedTable } from '@strongroom/root-keys';
import { bindingOf } from '../domain/credentials';
import { seedBinding } from '../domain/mfa-device';
import { passwordBinding } from '../domain/passwords';

const ofAccessKeys = (name: string): SealedTable => ({
  name,
  key: ['access_key_id'],
  column: 'sealed_secret',
  binding: (row) => bindingOf(String(row['access_key_id'])),
});

/** All that the root key seals in this schema. */
export const sealedTables: readonly SealedTable[] = [
  ofAccessKeys('access_key'),
  ofAccessKeys('session'),
  {
    name: 'password_hash',
    key: ['user_id', 'generation'],
    column: 'sealed_hash',
    binding: (row) => passwordBinding(String(row['user_id']), Number(row['generation'])),
  },
  {
    name: 'mfa_device',
    key: ['serial_number'],
    column: 'sealed_seed',
    binding: (row) => seedBinding(String(row['serial_number'])),
  },
];
