export { decapsulate, encapsulate, type Encapsulated } from './encapsulation';
export { decrypt, encrypt } from './encryption';
export { deriveSharedSecret } from './key-agreement';
export { parseMaterial } from './imported-material';
export {
  incorrectKeyMaterial,
  invalidKeyUsage,
  invalidMac,
  invalidSignature,
  unsupportedOperation,
  validationFailed,
} from './key-errors';
export * from './key-specs';
export { MacKey, generateMac, verifyMac } from './mac';
export { generateDataKeyPair, generateMaterial, type DataKeyPair, type KeyMaterial } from './material';
export { PrivateKey } from './private-key';
export { PublicKey } from './public-key';
export { sign, verify, type SignRequest } from './signatures';
