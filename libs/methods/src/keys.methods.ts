import { DataKeyServiceService, KeyServiceService } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { change, describeService, read } from './method';

/** Policies decide what a caller may do with a key. */
const forCallers = { callers: 'authenticated', onBehalf: ['aws-gateway'] } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;
/** audit-service seals its trail with a key that nobody else may use. */
const sealing = { ...callersRead, services: ['audit-service'] } as const;

export const keyService = describeService(KeyServiceService, 'kms.amazonaws.com', {
  createKey: callersChange,
  describeKey: callersRead,
  listKeys: callersRead,
  enableKey: callersChange,
  disableKey: callersChange,
  createAlias: callersChange,
  updateAlias: callersChange,
  deleteAlias: callersChange,
  listAliases: callersRead,
  getKeyPolicy: callersRead,
  putKeyPolicy: callersChange,
  encrypt: sealing,
  decrypt: sealing,
  generateDataKey: callersRead,
  generateDataKeyWithoutPlaintext: callersRead,
  generateRandom: callersRead,
});

export const dataKeyService = describeService(DataKeyServiceService, 'kms.amazonaws.com', {
  // Its operations name their callers themselves, so only a trusted service may call it. The event of the secret names its key.
  streamDataKeys: { callers: 'none', services: ['secrets-api'], ...read, audited: false },
});
