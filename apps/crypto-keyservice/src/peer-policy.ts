import type { PeerPolicy } from '@strongroom/grpc-kit';

const forCallers = { callers: 'authenticated', onBehalf: ['aws-gateway'] } as const;
/** audit-service seals its trail with a key that nobody else may use. */
const forSealing = { ...forCallers, services: ['audit-service'] } as const;

/** Says who may call which method; policies decide what a caller may do with a key. */
export const peerPolicy: PeerPolicy = {
  '/strongroom.keys.v1.KeyService/CreateKey': forCallers,
  '/strongroom.keys.v1.KeyService/DescribeKey': forCallers,
  '/strongroom.keys.v1.KeyService/ListKeys': forCallers,
  '/strongroom.keys.v1.KeyService/EnableKey': forCallers,
  '/strongroom.keys.v1.KeyService/DisableKey': forCallers,
  '/strongroom.keys.v1.KeyService/CreateAlias': forCallers,
  '/strongroom.keys.v1.KeyService/UpdateAlias': forCallers,
  '/strongroom.keys.v1.KeyService/DeleteAlias': forCallers,
  '/strongroom.keys.v1.KeyService/ListAliases': forCallers,
  '/strongroom.keys.v1.KeyService/GetKeyPolicy': forCallers,
  '/strongroom.keys.v1.KeyService/PutKeyPolicy': forCallers,
  '/strongroom.keys.v1.KeyService/Encrypt': forSealing,
  '/strongroom.keys.v1.KeyService/Decrypt': forSealing,
  '/strongroom.keys.v1.KeyService/GenerateDataKey': forCallers,
  '/strongroom.keys.v1.KeyService/GenerateDataKeyWithoutPlaintext': forCallers,
  '/strongroom.keys.v1.KeyService/GenerateRandom': forCallers,
  // Its operations name their callers themselves, so only a service can be trusted to call it.
  '/strongroom.keys.v1.DataKeyService/StreamDataKeys': { callers: 'none', services: ['secrets-api'] },
};

/** As in CloudTrail, using a key counts as read-only. */
export const readOnlyOperations: ReadonlySet<string> = new Set([
  'DescribeKey',
  'ListKeys',
  'ListAliases',
  'GetKeyPolicy',
  'Encrypt',
  'Decrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateRandom',
]);

/** The event of the secret names its key. */
export const unauditedOperations: ReadonlySet<string> = new Set(['StreamDataKeys']);
