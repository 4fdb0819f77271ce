import { columnText } from '../domain/event-columns';
import { isArn, type EventFilter } from '../domain/event-filter';
import type { LookupPosition } from '../domain/lookup-token';
import { resourceName } from '../domain/resource-name';
import { chainColumns } from './event-rows';

export interface LookupStatement {
  sql: string;
  parameters: unknown[];
}

/**
 * A page of events, newest first: one stretch of the index of the condition that leaves the fewest events, from the last page's end
 * backwards. The index is named because the optimiser, seeing LIMIT, likes to walk the index of time and discard.
 */
export const lookupStatement = (
  accountId: string,
  filter: EventFilter,
  after: LookupPosition | undefined,
  limit: number,
): LookupStatement => {
  const { short, long } = columnText;
  // Time and place are taken from the table whose index is walked.
  const walked = filter.resource === undefined ? 'e' : 'r';
  const conditions = [`${walked}.account_id = ?`];
  const parameters: unknown[] = [accountId];
  const where = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    parameters.push(...values);
  };

  const { principal, eventName, resource, outcome, requestId, eventSource, startTime, endTime } = filter;
  if (resource !== undefined) {
    where('r.resource_name = ?', long(resourceName(resource)));
    if (isArn(resource)) where('r.resource_arn = ?', long(resource));
  }
  if (requestId !== undefined) where('e.request_id = ?', short(requestId));
  if (principal !== undefined) {
    if (isArn(principal)) where('e.principal_arn = ?', long(principal));
    else where('e.user_name = ?', short(principal));
  }
  if (eventName !== undefined) where('e.event_name = ?', short(eventName));
  if (outcome !== undefined) where('e.failed = ?', outcome === 'failure' ? 1 : 0);
  if (eventSource !== undefined) where('e.event_source = ?', short(eventSource));
  if (startTime) where(`${walked}.event_time >= ?`, startTime);
  if (endTime) where(`${walked}.event_time <= ?`, endTime);
  if (after) {
    const time = new Date(after.time);
    // The first condition says again what the second implies, in a form that an index can use.
    where(`${walked}.event_time <= ?`, time);
    where(`(${walked}.event_time < ? OR ${walked}.sequence < ?)`, time, after.sequence);
  }

  const from =
    walked === 'r'
      ? `event_resource r FORCE INDEX (PRIMARY) STRAIGHT_JOIN event e ON e.account_id = r.account_id AND e.sequence = r.sequence`
      : `event e FORCE INDEX (${indexFor(filter)})`;
  return {
    sql: `SELECT ${chainColumns} FROM ${from} WHERE ${conditions.join(' AND ')}
      ORDER BY ${walked}.event_time DESC, ${walked}.sequence DESC LIMIT ${Math.trunc(limit)}`,
    parameters,
  };
};

const indexFor = ({ requestId, principal, eventName, outcome, eventSource }: EventFilter): string => {
  if (requestId !== undefined) return 'ix_request';
  if (principal !== undefined) return isArn(principal) ? 'ix_principal' : 'ix_user';
  if (outcome === 'failure') return 'ix_failed';
  if (eventName !== undefined) return 'ix_name';
  if (eventSource !== undefined) return 'ix_source';
  return 'ix_time';
};
