import { noIdentity, type AuditEvent, type UserIdentity } from './audit-event';

type Given = 'eventId' | 'eventTime' | 'eventSource' | 'eventName' | 'awsRegion' | 'recipientAccountId';

/** What a service did by itself. What is left out is empty. */
export interface ServiceDeed extends Pick<AuditEvent, Given>, Partial<Omit<AuditEvent, Given | 'userIdentity'>> {
  /** Which service, as its events name it: `secrets-api`. */
  service: string;
  /** Who else it is known as. */
  identity?: Pick<UserIdentity, 'arn' | 'accountId'>;
}

/** The event of something that nobody called for: CloudTrail's type AWSService. */
export function serviceEvent({ service, identity, ...deed }: ServiceDeed): AuditEvent {
  return {
    userIdentity: { ...noIdentity, type: 'AWSService', principalId: service, ...identity },
    sourceIpAddress: '',
    userAgent: '',
    requestId: '',
    readOnly: false,
    resources: [],
    requestParameters: {},
    responseElements: {},
    errorCode: '',
    errorMessage: '',
    ...deed,
  };
}
