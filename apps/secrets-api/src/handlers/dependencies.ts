import type { Authorizer, PrincipalSource } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { AccessLog } from '../domain/access-log.port';
import type { RotationFunctions, RotationQueue } from '../domain/rotation/rotation-ports';
import type { RotationStarter } from '../domain/rotation/rotation-starter';
import type { SecretLifecycle } from '../domain/secret-lifecycle';
import type { SecretStore } from '../domain/secret-store.port';
import type { SecretWriter } from '../domain/secret-writer';
import type { ValueReader } from '../domain/value-reader';
import type { ChangeHub } from '../domain/watch/change-hub';
import type { SecretAccess } from './secret-access';

/** What handlers need; `server.ts` creates it. */
export interface Dependencies {
  access: SecretAccess;
  authorizer: Authorizer;
  principals: Pick<PrincipalSource, 'byCredentialId' | 'revision'>;
  hub: ChangeHub;
  values: ValueReader;
  accesses: AccessLog;
  writer: SecretWriter;
  lifecycle: SecretLifecycle;
  store: SecretStore;
  rotations: RotationStarter;
  rotationFunctions: RotationFunctions;
  rotationQueue: RotationQueue;
  clock: Clock;
  random: RandomSource;
  region: string;
}
