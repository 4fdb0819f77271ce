import { AuditServiceService } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { describeService, read } from './method';

/** Policies decide what a caller may see. */
const callersRead = { callers: 'authenticated', ...read } as const;

export const auditService = describeService(AuditServiceService, 'cloudtrail.amazonaws.com', {
  lookupEvents: callersRead,
  streamEvents: callersRead,
  verifyTrail: callersRead,
  streamTrailVerification: callersRead,
});
