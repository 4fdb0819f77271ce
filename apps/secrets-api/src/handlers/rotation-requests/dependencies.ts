import type { PrincipalSource, ServiceNaming } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { RotationRequests } from '../../domain/rotation/rotation-requests';
import type { RotationStarter } from '../../domain/rotation/rotation-starter';
import type { SecretStore } from '../../domain/secret-store.port';
import type { ValueReader } from '../../domain/value-reader';
import type { SecretAccess } from '../secret-access';

/** What the handlers for rotation-worker need; `server.ts` creates it. */
export interface RotationDependencies {
  requests: RotationRequests;
  rotations: RotationStarter;
  store: SecretStore;
  values: ValueReader;
  access: SecretAccess;
  principals: PrincipalSource;
  naming: ServiceNaming;
  clock: Clock;
  logger: Logger;
}
