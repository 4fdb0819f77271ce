import type { AuditEvent } from '@strongroom/audit-trail';

/** The event sources of each producer of the journal: it may not write events of other sources. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  'secrets-api': ['secretsmanager.amazonaws.com'],
  'crypto-keyservice': ['kms.amazonaws.com'],
  'identity-service': ['iam.amazonaws.com', 'sts.amazonaws.com'],
  'rotation-worker': ['secretsmanager.amazonaws.com', 'lambda.amazonaws.com'],
  'audit-service': ['cloudtrail.amazonaws.com'],
};

export const maySpeakFor = (producer: string, events: readonly AuditEvent[]): boolean => {
  const sources = sourcesOf[producer] ?? [];
  return events.every(({ eventSource }) => sources.includes(eventSource));
};
