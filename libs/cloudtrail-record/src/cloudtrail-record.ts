import { isIP } from 'node:net';
import type { Event, UserIdentity } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { calledVia } from '@strongroom/methods/called-via';

/** Of the version that `eventVersion` names. What an event lacks is absent, or null where CloudTrail has null. */
export interface CloudTrailRecord {
  eventVersion: typeof VERSION;
  userIdentity: CloudTrailUserIdentity;
  /** ISO 8601, UTC, to the second. */
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  /** An address; for what a service did by itself, its name. */
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  /** Names, ids and labels, never a value. */
  requestParameters: Record<string, string> | null;
  responseElements: Record<string, string> | null;
  /** What CloudTrail has no place for: where the event is in its chain, and the versions of secrets. */
  additionalEventData: Record<string, string>;
  requestID: string;
  eventID: string;
  readOnly: boolean;
  resources?: CloudTrailResource[];
  eventType: 'AwsApiCall' | 'AwsServiceEvent';
  managementEvent: true;
  recipientAccountId: string;
  /** Of AwsServiceEvent: what the service did. */
  serviceEventDetails?: Record<string, string>;
  eventCategory: 'Management';
}

export interface CloudTrailUserIdentity {
  type: string;
  principalId?: string;
  arn?: string;
  accountId?: string;
  accessKeyId?: string;
  userName?: string;
  sessionContext?: {
    sessionIssuer?: { type: 'Role'; principalId: string; arn: string; accountId: string; userName: string };
    /** Absent for a session whose event does not say. */
    attributes?: SessionAttributes;
  };
  /** Of AWSService: the service, such as secretsmanager.amazonaws.com. */
  invokedBy?: string;
}

interface SessionAttributes {
  /** ISO 8601, UTC, to the second; absent where there is no session, but the certificate of a role. */
  creationDate?: string;
  mfaAuthenticated: 'true' | 'false';
}

export interface CloudTrailResource {
  accountId?: string;
  type: string;
  ARN: string;
}

const VERSION = '1.11';

/** CloudTrail's record of an event. */
export function cloudTrailRecord(event: Event): CloudTrailRecord {
  const { eventSource, sourceIpAddress, userAgent, errorCode, errorMessage, resources } = event;
  const isServiceEvent = isDeedOfService(event);
  const details = { ...event.requestParameters, ...event.responseElements };
  return {
    eventVersion: VERSION,
    userIdentity: identityOf(event),
    eventTime: toSeconds(event.eventTime!),
    eventSource,
    eventName: event.eventName,
    awsRegion: event.awsRegion,
    sourceIPAddress: sourceIpAddress || eventSource,
    userAgent: userAgent || eventSource,
    ...(errorCode !== '' && { errorCode, errorMessage }),
    requestParameters: isServiceEvent ? null : orNull(event.requestParameters),
    responseElements: isServiceEvent ? null : orNull(event.responseElements),
    additionalEventData: additionalData(event, isServiceEvent),
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    ...(resources.length > 0 && { resources: resources.map(resourceOf) }),
    eventType: isServiceEvent ? 'AwsServiceEvent' : 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: event.recipientAccountId,
    ...(isServiceEvent && orNull(details) && { serviceEventDetails: details }),
    eventCategory: 'Management',
  };
}

/** Nobody called: the caller of a call has an address. */
const isDeedOfService = ({ userIdentity, sourceIpAddress }: Event): boolean =>
  userIdentity?.type === 'AWSService' && isIP(sourceIpAddress) === 0;

function identityOf({ userIdentity, eventSource }: Event): CloudTrailUserIdentity {
  if (!userIdentity) return { type: 'Unknown' };
  const { type, principalId, arn, accountId, accessKeyId, userName } = userIdentity;
  const invokedBy = type === 'AWSService' ? { invokedBy: invokerOf(principalId, eventSource) } : undefined;
  return {
    type: /^arn:[^:]*:iam::\d{12}:root$/.test(arn) ? 'Root' : type,
    ...present({ principalId, arn, accountId, accessKeyId, userName }),
    ...sessionOf(userIdentity),
    ...invokedBy,
  };
}

/** A session says when it began and whether with a second factor; one of a role also names the role. */
function sessionOf(identity: UserIdentity): Pick<CloudTrailUserIdentity, 'sessionContext'> | undefined {
  const { principalId, accountId, sessionIssuerArn } = identity;
  const attributes = attributesOf(identity);
  if (sessionIssuerArn !== '') {
    const sessionIssuer = {
      type: 'Role',
      principalId: principalId.split(':', 1)[0]!,
      arn: sessionIssuerArn,
      accountId,
      userName: sessionIssuerArn.slice(sessionIssuerArn.lastIndexOf('/') + 1),
    } as const;
    return { sessionContext: { sessionIssuer, ...attributes } };
  }
  return attributes && { sessionContext: attributes };
}

function attributesOf({
  sessionIssuerArn,
  accessKeyId,
  sessionAttributes,
}: UserIdentity): { attributes: SessionAttributes } | undefined {
  if (sessionAttributes?.creationDate) {
    const { creationDate, mfaAuthenticated } = sessionAttributes;
    return { attributes: { creationDate: toSeconds(creationDate), mfaAuthenticated: mfaAuthenticated ? 'true' : 'false' } };
  }
  // A role that is called by its certificate has no session, and shows no second factor.
  return sessionIssuerArn !== '' && accessKeyId === '' ? { attributes: { mfaAuthenticated: 'false' } } : undefined;
}

/** `secretsmanager.amazonaws.com` for secrets-api and for rotation-worker. */
function invokerOf(service: string, eventSource: string): string {
  const name = service.replace(/^service:/, '');
  if (name.endsWith('.amazonaws.com')) return name;
  const via = calledVia(name);
  return via === undefined ? eventSource : `${via}.amazonaws.com`;
}

function additionalData({ sequence, hash, resources }: Event, isServiceEvent: boolean): Record<string, string> {
  const secret = resources.find(({ type }) => type === 'AWS::SecretsManager::Secret');
  return {
    // Where AWS's events of rotation have the secret, and rules look for it.
    ...(isServiceEvent && secret && { SecretId: secret.arn }),
    ...present({ secretVersionId: secret?.versionId ?? '' }),
    trailSequence: String(sequence),
    trailHash: Buffer.from(hash).toString('hex'),
  };
}

/** What a caller named and was not found has no account. */
function resourceOf({ arn, type }: Event['resources'][number]): CloudTrailResource {
  const accountId = arn.startsWith('arn:') ? (arn.split(':')[4] ?? '') : '';
  return { ...present({ accountId }), type, ARN: arn };
}

const toSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

const present = <Texts extends Record<string, string>>(texts: Texts): Partial<Texts> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<Texts>;

const orNull = (map: Record<string, string>): Record<string, string> | null => (Object.keys(map).length > 0 ? map : null);
