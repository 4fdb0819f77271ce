import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { cloudTrailRecord, type CloudTrailRecord } from './cloudtrail-record';

/** What proves a record of an export, with its `trailSequence` and `trailHash`. */
export interface RecordEvidence {
  /** The event as it is hashed. */
  trailRecord: string;
  /** The hash of the event before, 64 hexadecimal digits; absent where the export does not know it. */
  trailPreviousHash?: string;
}

/** CloudTrail's record of an event with what proves it. */
export function exportedRecord(event: Event, { trailRecord, trailPreviousHash }: RecordEvidence): CloudTrailRecord {
  const record = cloudTrailRecord(event);
  const evidence = { ...(trailPreviousHash !== undefined && { trailPreviousHash }), trailRecord };
  return { ...record, additionalEventData: { ...record.additionalEventData, ...evidence } };
}

/** A file of an export has a record in each line between the first and the last. */
export const EXPORT_BEGINS = '{"Records":[';
export const EXPORT_ENDS = ']}';
