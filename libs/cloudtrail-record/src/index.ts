export { API_CALL, type BridgeEvent, bridgeEvent, SERVICE_EVENT, STATE_CHANGE } from './bridge-event';
export {
  cloudTrailRecord,
  type CloudTrailRecord,
  type CloudTrailResource,
  type CloudTrailUserIdentity,
} from './cloudtrail-record';
export { EXPORT_BEGINS, EXPORT_ENDS, exportedRecord, type RecordEvidence } from './exported-record';
export { type NamedIdentity, userNameOf } from './user-name';
