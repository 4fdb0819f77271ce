export {
  cloudTrailRecord,
  type CloudTrailRecord,
  type CloudTrailResource,
  type CloudTrailUserIdentity,
} from './cloudtrail-record';
export { type NamedIdentity, userNameOf } from './user-name';
