/**
 * What the trail knows of one call: who, from where, what, which resource, when, and how it ended. The fields are those of
 * CloudTrail's record. Names, ids and labels only; never a value of a secret.
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
  /** Whose trail it is in, 12 digits: the caller's account, or the owner's of the resource. */
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
}

export interface AuditedResource {
  /** The ARN, or the name the caller used where no resource was found. */
  arn: string;
  /** Such as `AWS::SecretsManager::Secret`. */
  type: string;
  /** Of a secret: the version that was read or written; else empty. */
  versionId: string;
}

export interface RecordOptions {
  /** Epoch milliseconds after which nobody waits for the recording. */
  deadline?: number;
}

export interface AuditRecorder {
  /** Resolves when the event is durable; rejects with `serviceUnavailable` when the journal is full, gone or too slow. */
  record(event: AuditEvent, options?: RecordOptions): Promise<void>;
}

/** Remembers events in order. For tests. */
export class InMemoryRecorder implements AuditRecorder {
  readonly events: AuditEvent[] = [];
  /** When set, every recording is refused with it. */
  failure: Error | undefined;

  async record(event: AuditEvent, _options?: RecordOptions): Promise<void> {
    if (this.failure) throw this.failure;
    this.events.push(structuredClone(event));
  }
}
