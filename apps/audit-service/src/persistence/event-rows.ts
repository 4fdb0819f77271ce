import { internalServiceError } from '@strongroom/errors';
import { chained, type ChainedEvent } from '../domain/chain';
import { columnsOf, resourcesOf } from '../domain/event-columns';
import type { StoredEvent } from '../domain/trail.port';

/** What every reading query selects. */
export const chainColumns = 'e.sequence, e.hash, e.record';

export interface ChainRow {
  sequence: number;
  hash: Buffer;
  record: string;
}

export interface EventRow extends ChainRow {
  event_id: string;
  event_time: Date;
  event_source: string;
  event_name: string;
  principal_arn: string;
  user_name: string;
  request_id: string;
  failed: number;
}

export interface ResourceRow {
  sequence: number;
  resource_name: string;
  resource_arn: string;
  event_time: Date;
}

export const insertEvents = `INSERT INTO event (account_id, sequence, event_id, event_time, event_source, event_name,
  principal_arn, user_name, request_id, failed, hash, record) VALUES ?`;

export const insertResources = `INSERT INTO event_resource (account_id, resource_name, event_time, sequence, resource_arn) VALUES ?`;

export const eventValues = ({ event, record, sequence, hash }: ChainedEvent): unknown[] => {
  const columns = columnsOf(event);
  return [
    event.recipientAccountId,
    sequence,
    columns['event_id'],
    event.eventTime,
    columns['event_source'],
    columns['event_name'],
    columns['principal_arn'],
    columns['user_name'],
    columns['request_id'],
    columns['failed'],
    hash,
    record,
  ];
};

export const resourceValues = ({ event, sequence }: ChainedEvent): unknown[][] =>
  resourcesOf(event).map(({ name, arn }) => [event.recipientAccountId, name, event.eventTime, sequence, arn]);

export const toChained = (row: ChainRow): ChainedEvent => {
  try {
    return chained({ sequence: Number(row.sequence), hash: row.hash, record: row.record });
  } catch (cause) {
    throw internalServiceError(`the event at sequence ${row.sequence} is damaged; VerifyTrail says more`, { cause });
  }
};

export const toStored = (row: EventRow, resources: readonly ResourceRow[]): StoredEvent => {
  const names = resources
    // An entry with another time would not be found where lookups search for it.
    .filter((resource) => resource.event_time.getTime() === row.event_time.getTime())
    .map(({ resource_name, resource_arn }) => [resource_name, resource_arn] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sequence: Number(row.sequence),
    hash: row.hash,
    record: row.record,
    columns: {
      event_id: row.event_id,
      event_time: row.event_time.toISOString(),
      event_source: row.event_source,
      event_name: row.event_name,
      principal_arn: row.principal_arn,
      user_name: row.user_name,
      request_id: row.request_id,
      failed: String(row.failed),
      resources: JSON.stringify(names),
    },
  };
};
