import { serviceEvent, type AuditRecorder, type EventIds } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { Secret } from '../domain/secret';

const SERVICE = 'secrets-api';

export interface ServiceEventSurroundings {
  recorder: AuditRecorder;
  eventIds: EventIds;
  clock: Clock;
  random: RandomSource;
  region: string;
}

/** Records what the service itself does to secrets, with CloudTrail's names. */
export class ServiceEvents {
  constructor(private readonly surroundings: ServiceEventSurroundings) {}

  /** `error`: the reason for the failure. */
  record(
    eventName: string,
    secret: Pick<Secret, 'arn' | 'accountId'>,
    { versionId = '', error }: { versionId?: string; error?: DomainError } = {},
  ): Promise<void> {
    const { recorder, eventIds, clock, random, region } = this.surroundings;
    const { arn, accountId } = secret;
    return recorder.record(
      serviceEvent({
        service: SERVICE,
        eventId: eventIds.next(),
        eventTime: clock.now(),
        eventSource: 'secretsmanager.amazonaws.com',
        eventName,
        awsRegion: region,
        recipientAccountId: accountId,
        userAgent: SERVICE,
        requestId: randomUuid(random),
        resources: [{ arn, type: 'AWS::SecretsManager::Secret', versionId }],
        ...(error && { errorCode: error.reason, errorMessage: error.message }),
      }),
    );
  }
}
