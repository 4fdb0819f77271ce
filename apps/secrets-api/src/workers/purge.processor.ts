import type { AuditEvent, AuditRecorder } from '@strongroom/audit-trail';
import type { EventIds } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import { randomUuid } from '@strongroom/random';
import type { Secret } from '../domain/secret';
import type { SecretLifecycle } from '../domain/secret-lifecycle';
import type { PurgeJob } from './purge.job';

const TIMEOUT_MS = 20_000;

export interface PurgeSurroundings {
  lifecycle: SecretLifecycle;
  recorder: AuditRecorder;
  eventIds: EventIds;
  clock: Clock;
  random: RandomSource;
  region: string;
}

/** Purges a secret, if its window is over, with an event in the trail as CloudTrail has it. Idempotent. */
export const purgeProcessor =
  (d: PurgeSurroundings) =>
  async ({ secretId }: PurgeJob): Promise<void> => {
    await d.lifecycle.purge(secretId, {
      // Not the injected clock: this bounds real work.
      deadline: Date.now() + TIMEOUT_MS,
      beforeCommit: (secret) => d.recorder.record(purgeEvent(d, secret)),
    });
  };

const purgeEvent = ({ eventIds, clock, random, region }: PurgeSurroundings, secret: Secret): AuditEvent => ({
  eventId: eventIds.next(),
  eventTime: clock.now(),
  eventSource: 'secretsmanager.amazonaws.com',
  eventName: 'EndSecretVersionDelete',
  awsRegion: region,
  recipientAccountId: secret.accountId,
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
  resources: [{ arn: secret.arn, type: 'AWS::SecretsManager::Secret', versionId: '' }],
  requestParameters: {},
  responseElements: {},
  errorCode: '',
  errorMessage: '',
});
