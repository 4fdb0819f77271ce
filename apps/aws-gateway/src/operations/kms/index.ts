import type { Operations } from '../operation';
import { cryptography } from './cryptography';
import { grantOperations } from './grants';
import { keys } from './keys';
import { materials } from './materials';

const CUSTOM_KEY_STORES = 'Custom key stores are not supported: a hardware security module holds the root key here.';
const REGIONS = 'Multi-Region keys are not supported: a cluster is one region.';

/** What KMS has and Strongroom does not, and why. */
export const absentFromKms: ReadonlyMap<string, string> = new Map([
  ...['Connect', 'Create', 'Delete', 'Disconnect', 'Update'].map((verb) => [`${verb}CustomKeyStore`, CUSTOM_KEY_STORES] as const),
  ['DescribeCustomKeyStores', CUSTOM_KEY_STORES],
  ['ReplicateKey', REGIONS],
  ['UpdatePrimaryRegion', REGIONS],
]);

/** AWS KMS, 2014-11-01. */
export const kms: Operations = new Map(Object.entries({ ...cryptography, ...grantOperations, ...keys, ...materials }));
