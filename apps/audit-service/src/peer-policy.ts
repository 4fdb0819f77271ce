import type { PeerPolicy } from '@strongroom/grpc-kit';

const forCallers = { callers: 'authenticated' } as const;

/** Who may call what; what a caller may see is decided by policies. */
export const peerPolicy: PeerPolicy = {
  '/strongroom.audit.v1.AuditService/LookupEvents': forCallers,
  '/strongroom.audit.v1.AuditService/StreamEvents': forCallers,
  '/strongroom.audit.v1.AuditService/StreamTrailVerification': forCallers,
  '/strongroom.audit.v1.AuditService/VerifyTrail': forCallers,
};

export const readOnlyOperations: ReadonlySet<string> = new Set([
  'LookupEvents',
  'StreamEvents',
  'StreamTrailVerification',
  'VerifyTrail',
]);
