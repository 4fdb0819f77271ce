import { auditOf } from '@strongroom/audit-trail';
import { invalidParameter } from '@strongroom/errors';
import { ALARM_TYPE, alarmArn } from '../../domain/alarms/alarm';
import type { Within } from '../../domain/alarms/alarm-book';
import type { AlarmDependencies, Call } from './dependencies';

/** Checks that the caller may do this with each of these alarms, whether they exist or not. @throws AccessDeniedException */
export function requireAlarmAccess(d: AlarmDependencies, call: Call, action: string, names: readonly string[]): string {
  const { accountId } = call.caller;
  const arns = names.map((name) => alarmArn({ accountId, region: d.region, name }));
  // As many as an event has room for; the parameter has their number.
  for (const arn of arns.slice(0, MAX_NAMED)) auditOf(call).resource(arn, ALARM_TYPE);
  if (arns.length > 1) auditOf(call).parameter('alarms', arns.length);
  for (const resource of arns.length > 0 ? arns : ['*']) {
    d.authorizer.require(call, { action: `cloudwatch:${action}`, resource, resourceAccountId: accountId });
  }
  return arns[0] ?? '';
}
const MAX_NAMED = 20;

export const within = (call: Call): Within => ({ beforeCommit: () => auditOf(call).commit(), deadline: call.deadline });

const RECORDS = { min: 1, max: 100, default: 50 };

/** @throws InvalidParameterException */
export function requireMaxRecords(records: number = RECORDS.default): number {
  if (records < RECORDS.min || records > RECORDS.max) {
    throw invalidParameter(`MaxRecords must be from ${RECORDS.min} to ${RECORDS.max}.`);
  }
  return records;
}
