import type { AuditEvent } from '@strongroom/audit-trail';

/** Whether the trail can store the event; one that it cannot store must not hold up those after it. */
export const isStorable = ({ eventId, eventTime, recipientAccountId }: AuditEvent): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(eventId) &&
  /^\d{12}$/.test(recipientAccountId) &&
  eventTime.getUTCFullYear() >= 1_970 &&
  eventTime.getUTCFullYear() <= 9_999;
