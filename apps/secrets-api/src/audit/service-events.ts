import type { AuditEvent, AuditRecorder, EventIds } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { Secret } from '../domain/secret';

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
    const failure = error ? { errorCode: error.reason, errorMessage: error.message } : {};
    return this.surroundings.recorder.record({ ...this.event(eventName, secret, versionId), ...failure });
  }

  private event(eventName: string, { arn, accountId }: Pick<Secret, 'arn' | 'accountId'>, versionId: string): AuditEvent {
    const { eventIds, clock, random, region } = this.surroundings;
    return {
      eventId: eventIds.next(),
      eventTime: clock.now(),
      eventSource: 'secretsmanager.amazonaws.com',
      eventName,
      awsRegion: region,
      recipientAccountId: accountId,
      userIdentity: {
        type: 'AWSService',
        principalId: 'secrets-api',
        arn: '',
        accountId: '',
        accessKeyId: '',
        userName: '',
        sessionIssuerArn: '',
      },
      sourceIpAddress: '',
      userAgent: 'secrets-api',
      requestId: randomUuid(random),
      readOnly: false,
      resources: [{ arn, type: 'AWS::SecretsManager::Secret', versionId }],
      requestParameters: {},
      responseElements: {},
      errorCode: '',
      errorMessage: '',
    };
  }
}
