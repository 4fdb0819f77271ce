export {
  InMemoryRecorder,
  type AuditedResource,
  type AuditEvent,
  type AuditRecorder,
  type RecordOptions,
  type UserIdentity,
  type UserIdentityType,
} from './audit-event';
export type { AuditedCall, AuditedCaller } from './audited-call';
export { auditOf, type CallAudit } from './call-audit';
