import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { cloudTrailRecord, type CloudTrailRecord } from './cloudtrail-record';

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
/** What an alarm tells of itself: CloudWatch's name, in the trail and in EventBridge's events. */
export const STATE_CHANGE = 'CloudWatch Alarm State Change';

/** The event as EventBridge shows it. */
export function bridgeEvent(event: Event): BridgeEvent {
  const detail = cloudTrailRecord(event);
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

/** Where CloudWatch's events come from; its alarms tell of themselves by an event of their own kind. */
const CLOUDWATCH = 'monitoring.amazonaws.com';

function detailTypeOf({ eventSource, eventName }: Event, { eventType }: CloudTrailRecord): string {
  if (eventType === 'AwsApiCall') return API_CALL;
  return eventSource === CLOUDWATCH ? eventName : SERVICE_EVENT;
}

function sourceOf({ eventSource }: Event): string {
  return eventSource === CLOUDWATCH ? 'aws.cloudwatch' : `aws.${eventSource.split('.')[0]}`;
}

/** What CloudWatch's own event of a change has in its detail, so that rules written for it match; nothing for other events. */
function alarmDetail({ eventName, eventTime, requestParameters }: Event) {
  if (eventName !== STATE_CHANGE) return {};
  const { alarmName = '', state = '', reason = '', previousState = '' } = requestParameters;
  return {
    alarmName,
    state: { value: state, reason, timestamp: eventTime!.toISOString() },
    previousState: { value: previousState },
  };
}
