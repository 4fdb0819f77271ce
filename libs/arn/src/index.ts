export { type Arn, formatArn, isArn, parseArn } from './arn';
export {
  assumedRoleArn,
  groupArn,
  type IamArn,
  type IamEntity,
  parseIamArn,
  policyArn,
  roleArn,
  rootArn,
  userArn,
} from './iam-arn';
export { aliasArn, keyArn, type KeyReference, parseKeyReference } from './key-arn';
export { serviceUriPrefix, userUriPrefix } from './trust-domain';
export { parseSecretReference, secretArn, type SecretReference } from './secret-arn';
