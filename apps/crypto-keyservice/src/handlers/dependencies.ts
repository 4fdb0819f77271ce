import type { PrincipalSource } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { DefaultKeys } from '../domain/default-keys';
import type { KeyFactory } from '../domain/key-factory';
import type { KeyPairs } from '../domain/key-pairs';
import type { LastUses } from '../domain/last-uses';
import type { KeyRing } from '../domain/key-ring';
import type { GrantStore } from '../domain/grants.port';
import type { KeyReader, KeyStore } from '../domain/keys.port';
import type { MaterialImporter } from '../domain/material-importer';
import type { ImportStore, RotationStore } from '../domain/materials.port';
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
  grants: GrantStore;
  rotations: RotationStore;
  imports: ImportStore;
  importer: MaterialImporter;
  ring: KeyRing;
  pairs: KeyPairs;
  lastUses: Pick<LastUses, 'note' | 'of'>;
  factory: KeyFactory;
  defaultKeys: DefaultKeys;
  /** The keys with which audit-service seals the trail. */
  trailKeys: DefaultKeys;
  /** The keys with which notification-service seals what signs notifications. */
  eventsKeys: DefaultKeys;
  /** The keys with which it signs checkpoints. */
  checkpointKeys: DefaultKeys;
}
