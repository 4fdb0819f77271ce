import type { Authorizer } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { CustomerKeys } from '../../domain/customer-keys.port';
import type { KeyDependentsReader } from '../../domain/key-dependents.port';
import type { ReEncryptionQueue, ReEncryptionStore } from '../../domain/re-encryption/re-encryption-ports';

/** What these handlers need; `server.ts` creates it. */
export interface Dependencies {
  authorizer: Authorizer;
  keys: CustomerKeys;
  dependents: KeyDependentsReader;
  reEncryptions: ReEncryptionStore;
  queue: ReEncryptionQueue;
  clock: Clock;
  random: RandomSource;
}
