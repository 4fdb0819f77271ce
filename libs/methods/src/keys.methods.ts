import { DataKeyServiceService, KeyServiceService } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { change, describeService, frontDoors, read } from './method';

/** Policies decide what a caller may do with a key. */
const forCallers = { callers: 'authenticated', onBehalf: frontDoors } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;
/** secrets-api asks for whoever wants to know what depends on a key, and whether they may re-encrypt. */
const askedForCallers = { ...callersRead, onBehalf: [...frontDoors, 'secrets-api'] } as const;
/** audit-service seals its trail, and notification-service what it signs with; each with a key that nobody else may use. */
const sealing = { ...callersRead, services: ['audit-service', 'notification-service'] } as const;
/** audit-service signs its checkpoints with a key that nobody else may use. */
const signing = { ...callersRead, services: ['audit-service'] } as const;

export const keyService = describeService(KeyServiceService, 'kms.amazonaws.com', {
  createKey: callersChange,
  describeKey: askedForCallers,
  listKeys: callersRead,
  updateKeyDescription: { ...callersChange, idempotent: true },
  enableKey: callersChange,
  disableKey: callersChange,
  scheduleKeyDeletion: callersChange,
  cancelKeyDeletion: callersChange,
  getKeyLastUsage: askedForCallers,
  tagResource: { ...callersChange, idempotent: true },
  untagResource: { ...callersChange, idempotent: true },
  listResourceTags: callersRead,
  createAlias: callersChange,
  updateAlias: callersChange,
  deleteAlias: callersChange,
  listAliases: askedForCallers,
  getKeyPolicy: callersRead,
  putKeyPolicy: callersChange,
  listKeyPolicies: callersRead,
  createGrant: callersChange,
  revokeGrant: callersChange,
  retireGrant: callersChange,
  listGrants: askedForCallers,
  listRetirableGrants: callersRead,
  enableKeyRotation: callersChange,
  disableKeyRotation: { ...callersChange, idempotent: true },
  getKeyRotationStatus: callersRead,
  rotateKeyOnDemand: callersChange,
  listKeyRotations: callersRead,
  getParametersForImport: callersRead,
  importKeyMaterial: callersChange,
  deleteImportedKeyMaterial: callersChange,
  encrypt: sealing,
  decrypt: sealing,
  reEncrypt: askedForCallers,
  generateDataKey: callersRead,
  generateDataKeyWithoutPlaintext: callersRead,
  generateDataKeyPair: callersRead,
  generateDataKeyPairWithoutPlaintext: callersRead,
  sign: signing,
  verify: callersRead,
  getPublicKey: signing,
  generateMac: callersRead,
  verifyMac: callersRead,
  deriveSharedSecret: callersRead,
  encapsulate: callersRead,
  decapsulate: callersRead,
  generateRandom: callersRead,
});

export const dataKeyService = describeService(DataKeyServiceService, 'kms.amazonaws.com', {
  // Its operations name their callers themselves, so only a trusted service may call it. The event of the secret names its key.
  streamDataKeys: { callers: 'none', services: ['secrets-api'], ...read, audited: false },
});
