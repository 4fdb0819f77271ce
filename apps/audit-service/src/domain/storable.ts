import type { AuditEvent } from '@strongroom/audit-trail';

/** Whether the trail has a place for the event; one that it can't take must not hold up those behind it. */
export const isStorable = ({ eventId, eventTime, recipientAccountId }: AuditEvent): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(eventId) &&
  /^\d{12}$/.test(recipientAccountId) &&
  eventTime.getUTCFullYear() >= 1_970 &&
  eventTime.getUTCFullYear() <= 9_999;
