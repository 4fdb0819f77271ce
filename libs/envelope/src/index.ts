export { CustomerKey, materialBinding, type CustomerKeyPlace } from './customer-key';
export { encodeEncryptionContext, type EncryptionContext } from './encryption-context';
export { forget } from './forget';
export { invalidCiphertext } from './invalid-ciphertext';
export {
  KEY_BLOB_OVERHEAD,
  keyBlobPrefix,
  keyBlobsOf,
  outdatedKeyBlobsOf,
  parseKeyBlob,
  type ByteRange,
  type KeyBlobHeader,
} from './key-blob';
export { keyMaterialIdOf } from './key-material-id';
export { KEY_LENGTH } from './primitives';
export {
  RootKey,
  openWithRootKey,
  rootKeyFingerprintOf,
  sealWithRootKey,
  wrongRootKey,
  type RootKeyBinding,
  type RootKeySealer,
} from './root-key';
export { identityOfRootKey } from './root-key-identity';
export { RootKeys } from './root-keys';
export {
  DATA_KEY_LENGTH,
  openSecretValue,
  sealSecretValue,
  secretEncryptionContext,
  type SecretPlace,
  type SecretValue,
} from './secret-value';
