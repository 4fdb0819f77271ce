import type { PeerPolicy } from '@strongroom/grpc-kit';

const forCallers = { callers: 'authenticated' } as const;

/** Who may call what; what a caller may do with a secret or a function is decided by policies. */
export const peerPolicy: PeerPolicy = {
  '/strongroom.rotation.v1.RotationService/ListRotationRuns': forCallers,
  '/strongroom.rotation.v1.RotationService/GetRotationRun': forCallers,
  '/strongroom.rotation.v1.RotationService/RetryRotation': forCallers,
  '/strongroom.rotation.v1.RotationService/RollBackRotation': forCallers,
  '/strongroom.rotation.v1.RotationService/WatchRotation': forCallers,
  '/strongroom.rotation.v1.RotationService/RegisterRotationFunction': forCallers,
  '/strongroom.rotation.v1.RotationService/ListRotationFunctions': forCallers,
  '/strongroom.rotation.v1.RotationService/DescribeRotationFunction': forCallers,
  '/strongroom.rotation.v1.RotationService/DeleteRotationFunction': forCallers,
  '/strongroom.rotation.v1.RotationFunctionDirectoryService/ResolveRotationFunction': {
    callers: 'none',
    services: ['secrets-api'],
  },
};

/** The operations that change nothing. */
export const readOnlyOperations: ReadonlySet<string> = new Set([
  'ListRotationRuns',
  'GetRotationRun',
  'WatchRotation',
  'ListRotationFunctions',
  'DescribeRotationFunction',
  'ResolveRotationFunction',
]);

/** The caller's own RotateSecret speaks for it. */
export const unaudited: ReadonlySet<string> = new Set(['ResolveRotationFunction']);
