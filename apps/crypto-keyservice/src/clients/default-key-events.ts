import { EventIds, serviceEvent, type AuditRecorder } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import { secretsManagerKey, type DefaultKeyKind, type RecordCreation } from '../domain/default-keys';

export interface DefaultKeyEventsOptions {
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
  /** Default: the key of the secrets service. */
  kind?: DefaultKeyKind;
}

/** Nobody calls CreateKey for a default key, so its event names as caller the service for which it was created. */
export function recordDefaultKey({
  recorder,
  clock,
  random,
  region,
  kind = secretsManagerKey,
}: DefaultKeyEventsOptions): RecordCreation {
  const ids = new EventIds(clock, random);
  const service = kind.service(region);
  return (key) =>
    recorder.record(
      serviceEvent({
        service,
        eventId: ids.next(),
        eventTime: clock.now(),
        eventSource: 'kms.amazonaws.com',
        eventName: 'CreateKey',
        awsRegion: region,
        recipientAccountId: key.accountId,
        sourceIpAddress: service,
        userAgent: service,
        requestId: randomUuid(random),
        resources: [{ arn: key.arn, type: 'AWS::KMS::Key', versionId: '' }],
        requestParameters: { aliasName: kind.alias },
        responseElements: { keyId: key.keyId },
      }),
    );
}
