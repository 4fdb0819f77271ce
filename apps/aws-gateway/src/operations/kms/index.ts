import type { Operations } from '../operation';
import { cryptography } from './cryptography';
import { grantOperations } from './grants';
import { keys } from './keys';
import { materials } from './materials';

/** AWS KMS, 2014-11-01. */
export const kms: Operations = new Map(Object.entries({ ...cryptography, ...grantOperations, ...keys, ...materials }));
