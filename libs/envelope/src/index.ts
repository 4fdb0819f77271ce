export { CustomerKey, type CustomerKeyPlace } from './customer-key';
export { encodeEncryptionContext, type EncryptionContext } from './encryption-context';
export { forget } from './forget';
export { invalidCiphertext } from './invalid-ciphertext';
export { KEY_BLOB_OVERHEAD, parseKeyBlob, type KeyBlobHeader } from './key-blob';
export { KEY_LENGTH } from './primitives';
export { RootKey, openWithRootKey, rootKeyFingerprintOf, sealWithRootKey, wrongRootKey, type RootKeyBinding } from './root-key';
export { requireRootKey, type RootKeyRecords } from './root-key-check';
export {
  DATA_KEY_LENGTH,
  openSecretValue,
  sealSecretValue,
  secretEncryptionContext,
  type SecretPlace,
  type SecretValue,
} from './secret-value';
