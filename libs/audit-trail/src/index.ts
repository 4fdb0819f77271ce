export {
  InMemoryRecorder,
  noIdentity,
  type AuditedResource,
  type AuditEvent,
  type AuditRecorder,
  type RecordOptions,
  type SessionAttributes,
  type UserIdentity,
  type UserIdentityType,
} from './audit-event';
export type { AuditedCall, AuditedCaller } from './audited-call';
export { auditOf, type CallAudit } from './call-audit';
export { auditing, type AuditingOptions } from './auditing';
export { decodeEvent, encodeEvent, EventEncodingError, type EncodedEvent } from './event-codec';
export { EventIds } from './event-id';
export { loadJournal } from './load-journal';
export { decodeRecords, ForgedEntryError, journalStream, readEntry, type FindEntryKey } from './journal-stream';
export { type EntryKey, type EntryOrigin } from './entry-origin';
export { addRange, intersectRange, subtractRange, type NumberRange } from './number-ranges';
export { checkDurability, type Durability } from './durability';
export { serviceEvent, type ServiceDeed } from './service-event';
export { recordRefusals, type RefusalRecording, type RefusalRecordingOptions } from './refusals';
