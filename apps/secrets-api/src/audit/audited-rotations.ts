import type { DomainError } from '@strongroom/errors';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { RotationTrail } from '../domain/rotation/rotation-ports';
import type { Secret } from '../domain/secret';
import type { ServiceEvents } from './service-events';

/** Rotations in the audit trail. */
export class AuditedRotations implements RotationTrail {
  constructor(private readonly events: ServiceEvents) {}

  abandoned(secret: Secret, { token }: RotationRequest): Promise<void> {
    return this.events.record('RotationAbandoned', secret, { versionId: token });
  }

  notStarted(secret: Secret, error: DomainError): Promise<void> {
    return this.events.record('RotationFailed', secret, { error });
  }
}
