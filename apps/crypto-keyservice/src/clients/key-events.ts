import { EventIds, serviceEvent, type AuditRecorder } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { DefaultKeyKind, RecordCreation } from '../domain/default-keys';
import type { KeyRecord } from '../domain/key-record';

export interface KeyEventSurroundings {
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
}

const KMS = 'kms.amazonaws.com';

/** Records what nobody called for, with CloudTrail's names. */
export class KeyEvents {
  private readonly ids: EventIds;

  constructor(private readonly surroundings: KeyEventSurroundings) {
    this.ids = new EventIds(surroundings.clock, surroundings.random);
  }

  /** @param service for which it happened; default: the key service itself */
  record(
    eventName: string,
    key: Pick<KeyRecord, 'accountId' | 'arn'>,
    more: { requestParameters?: Record<string, string>; responseElements?: Record<string, string> } = {},
    service = KMS,
  ): Promise<void> {
    const { recorder, clock, random, region } = this.surroundings;
    return recorder.record(
      serviceEvent({
        service,
        eventId: this.ids.next(),
        eventTime: clock.now(),
        eventSource: KMS,
        eventName,
        awsRegion: region,
        recipientAccountId: key.accountId,
        sourceIpAddress: service,
        userAgent: service,
        requestId: randomUuid(random),
        resources: [{ arn: key.arn, type: 'AWS::KMS::Key', versionId: '' }],
        ...more,
      }),
    );
  }

  /** Nobody calls CreateKey for a default key, so its event names as caller the service for which it was created. */
  ofDefaultKey(kind: DefaultKeyKind): RecordCreation {
    return (key) => {
      const more = { requestParameters: { aliasName: kind.alias }, responseElements: { keyId: key.keyId } };
      return this.record('CreateKey', key, more, kind.service(this.surroundings.region));
    };
  }
}
