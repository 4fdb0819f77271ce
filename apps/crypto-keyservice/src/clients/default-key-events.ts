import { EventIds, type AuditRecorder } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import { SECRETS_MANAGER_ALIAS, type RecordCreation } from '../domain/default-keys';
import { secretsManagerService } from '../domain/key-policy';

export interface DefaultKeyEventsOptions {
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
}

/** Nobody calls CreateKey for a default key, so its event says that the secrets service did. */
export const recordDefaultKey = ({ recorder, clock, random, region }: DefaultKeyEventsOptions): RecordCreation => {
  const ids = new EventIds(clock, random);
  const service = secretsManagerService(region);
  return (key) =>
    recorder.record({
      eventId: ids.next(),
      eventTime: clock.now(),
      eventSource: 'kms.amazonaws.com',
      eventName: 'CreateKey',
      awsRegion: region,
      recipientAccountId: key.accountId,
      userIdentity: {
        type: 'AWSService',
        principalId: service,
        arn: '',
        accountId: '',
        accessKeyId: '',
        userName: '',
        sessionIssuerArn: '',
      },
      sourceIpAddress: service,
      userAgent: service,
      requestId: randomUuid(random),
      readOnly: false,
      resources: [{ arn: key.arn, type: 'AWS::KMS::Key', versionId: '' }],
      requestParameters: { aliasName: SECRETS_MANAGER_ALIAS },
      responseElements: { keyId: key.keyId },
      errorCode: '',
      errorMessage: '',
    });
};
