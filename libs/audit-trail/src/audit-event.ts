/**
 * What the trail records of one call: who, from where, what, which resource, when, and the outcome. The fields are those of
 * CloudTrail's record. They hold names, ids and labels, never a secret value.
 */
export interface AuditEvent {
  /** A UUID, unique per call outcome: an event that arrives twice is stored once. */
  eventId: string;
  /** Millisecond precision. */
  eventTime: Date;
  /** Such as `secretsmanager.amazonaws.com`. */
  eventSource: string;
  /** The operation, such as `GetSecretValue`. */
  eventName: string;
  awsRegion: string;
  /** The account whose trail it is in, 12 digits: the caller's, or the resource owner's. */
  recipientAccountId: string;
  userIdentity: UserIdentity;
  sourceIpAddress: string;
  userAgent: string;
  requestId: string;
  readOnly: boolean;
  resources: AuditedResource[];
  requestParameters: Record<string, string>;
  responseElements: Record<string, string>;
  /** The AWS error name; empty on success. */
  errorCode: string;
  errorMessage: string;
}

export type UserIdentityType = 'IAMUser' | 'AssumedRole' | 'AWSService' | 'WebIdentityUser' | 'Unknown';

/** Absent fields are empty strings. */
export interface UserIdentity {
  type: UserIdentityType;
  principalId: string;
  arn: string;
  accountId: string;
  accessKeyId: string;
  userName: string;
  /** For a role session: the role it came from. */
  sessionIssuerArn: string;
  /** Of a session; absent for lasting credentials. */
  sessionAttributes?: SessionAttributes;
}

export interface SessionAttributes {
  /** When the session began: aws:TokenIssueTime. Millisecond precision. */
  creationDate: Date;
  /** Whether it began with a second factor: aws:MultiFactorAuthPresent. */
  mfaAuthenticated: boolean;
}

/** Of nobody who is known. */
export const noIdentity: UserIdentity = {
  type: 'Unknown',
  principalId: '',
  arn: '',
  accountId: '',
  accessKeyId: '',
  userName: '',
  sessionIssuerArn: '',
};

export interface AuditedResource {
  /** The ARN, or the name that the caller used if no resource was found. */
  arn: string;
  /** Such as `AWS::SecretsManager::Secret`. */
  type: string;
  /** For a secret: the version that was read or written; otherwise empty. */
  versionId: string;
}

export interface RecordOptions {
  /** When the caller stops waiting for the recording; epoch milliseconds. */
  deadline?: number;
}

export interface AuditRecorder {
  /** Resolves when the event is durable; rejects with `serviceUnavailable` if the journal is full, unreachable or too slow. */
  record(event: AuditEvent, options?: RecordOptions): Promise<void>;
}

/** Keeps events in order. For tests. */
export class InMemoryRecorder implements AuditRecorder {
  readonly events: AuditEvent[] = [];
  /** If set, every recording fails with it. */
  failure: Error | undefined;
  /** How many events it has failed to record. */
  refused = 0;

  async record(event: AuditEvent, _options?: RecordOptions): Promise<void> {
    if (this.failure) {
      this.refused++;
      throw this.failure;
    }
    this.events.push(structuredClone(event));
  }
}
