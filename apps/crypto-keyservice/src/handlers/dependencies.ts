import type { PrincipalSource } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { DefaultKeys } from '../domain/default-keys';
import type { KeyFactory } from '../domain/key-factory';
import type { KeyRing } from '../domain/key-ring';
import type { KeyReader, KeyStore } from '../domain/keys.port';
import type { KeyAccess } from './key-access';

export interface Dependencies {
  region: string;
  clock: Clock;
  random: RandomSource;
  logger: Logger;
  principals: PrincipalSource;
  access: KeyAccess;
  keys: KeyReader;
  store: KeyStore;
  ring: KeyRing;
  factory: KeyFactory;
  defaultKeys: DefaultKeys;
  /** The keys with which audit-service seals the trail. */
  trailKeys: DefaultKeys;
}
