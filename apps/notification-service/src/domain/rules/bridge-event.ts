import { cloudTrailRecord, type CloudTrailRecord } from '@strongroom/cloudtrail-record';
import type { JsonObject } from '@strongroom/event-pattern';
import { alarmDetail } from '../alarms/alarm-detail';
import type { TrailEvent } from '../trail-event';

/** An event of the trail as EventBridge shows it. */
export interface BridgeEvent {
  version: '0';
  id: string;
  'detail-type': string;
  /** Such as `aws.secretsmanager`. */
  source: string;
  account: string;
  /** ISO 8601, UTC, to the second. */
  time: string;
  region: string;
  /** ARNs. */
  resources: string[];
  detail: CloudTrailRecord;
}

export const API_CALL = 'AWS API Call via CloudTrail';
export const SERVICE_EVENT = 'AWS Service Event via CloudTrail';

export function bridgeEvent(event: TrailEvent): BridgeEvent {
  const detail = cloudTrailRecord({ ...event, sequence: BigInt(event.sequence) });
  return {
    version: '0',
    id: event.eventId,
    'detail-type': detailTypeOf(event, detail),
    source: sourceOf(event),
    account: event.recipientAccountId,
    time: detail.eventTime,
    region: event.awsRegion,
    resources: event.resources.map(({ arn }) => arn),
    detail: { ...detail, ...alarmDetail(event) },
  };
}

/** The event as patterns see it. */
export const asJson = (event: BridgeEvent): JsonObject => event as unknown as JsonObject;

/** Where CloudWatch's events come from; its alarms tell of themselves by an event of their own kind. */
const CLOUDWATCH = 'monitoring.amazonaws.com';

function detailTypeOf({ eventSource, eventName }: TrailEvent, { eventType }: CloudTrailRecord): string {
  if (eventType === 'AwsApiCall') return API_CALL;
  return eventSource === CLOUDWATCH ? eventName : SERVICE_EVENT;
}

function sourceOf({ eventSource }: TrailEvent): string {
  return eventSource === CLOUDWATCH ? 'aws.cloudwatch' : `aws.${eventSource.split('.')[0]}`;
}

/** The ARN of what an event is about: the secret, or else what belongs to the service that it comes from; '' for none. */
export function subjectOf({ resources, eventSource }: TrailEvent): string {
  // An event about a secret may name the key of the secret first.
  const secret = resources.find(({ type }) => type === 'AWS::SecretsManager::Secret');
  const own = resources.find(({ arn }) => arn.split(':')[2] === eventSource.split('.')[0]);
  return (secret ?? own ?? resources[0])?.arn ?? '';
}
