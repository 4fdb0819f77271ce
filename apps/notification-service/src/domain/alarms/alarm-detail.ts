import type { AuditEvent } from '@strongroom/audit-trail';

/** CloudWatch's name, in the trail and in EventBridge's events. */
export const STATE_CHANGE = 'CloudWatch Alarm State Change';

/** What CloudWatch's own event of a change has in its detail, so that rules written for it match; nothing for other events. */
export function alarmDetail({ eventName, eventTime, requestParameters }: AuditEvent) {
  if (eventName !== STATE_CHANGE) return {};
  const { alarmName = '', state = '', reason = '', previousState = '' } = requestParameters;
  return {
    alarmName,
    state: { value: state, reason, timestamp: eventTime.toISOString() },
    previousState: { value: previousState },
  };
}
