import { serviceEvent, type AuditRecorder, type EventIds } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import { randomUuid, type RandomSource } from '@strongroom/random';

const SERVICE = 'secrets-api';

export interface ServiceEventSurroundings {
  recorder: AuditRecorder;
  eventIds: EventIds;
  clock: Clock;
  random: RandomSource;
  region: string;
}

/** What the service has done something to. */
export interface Subject {
  arn: string;
  accountId: string;
  /** Default: a secret. */
  type?: string;
}

/** Records what the service does by itself, with CloudTrail's names. */
export class ServiceEvents {
  constructor(private readonly surroundings: ServiceEventSurroundings) {}

  /** `error`: the reason for the failure. */
  record(
    eventName: string,
    { arn, accountId, type = 'AWS::SecretsManager::Secret' }: Subject,
    { versionId = '', error }: { versionId?: string; error?: DomainError } = {},
  ): Promise<void> {
    const { recorder, eventIds, clock, random, region } = this.surroundings;
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
        resources: [{ arn, type, versionId }],
        ...(error && { errorCode: error.reason, errorMessage: error.message }),
      }),
    );
  }
}
