import { AuditServiceService } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { TrailFeedServiceService } from '@strongroom/contracts/strongroom/audit/v1/feed';
import { consoleOnly, describeService, frontDoors, read } from './method';

/** Policies decide what a caller may see. */
const callersRead = { callers: 'authenticated', onBehalf: consoleOnly, ...read } as const;
/** The console asks again instead of following. */
const callersFollow = { callers: 'authenticated', ...read } as const;

export const auditService = describeService(AuditServiceService, 'cloudtrail.amazonaws.com', {
  lookupEvents: { ...callersRead, onBehalf: frontDoors },
  streamEvents: callersFollow,
  getCheckpoint: callersRead,
  getInclusionProof: callersRead,
  getConsistencyProof: callersRead,
  listCheckpointKeys: callersRead,
  verifyTrail: callersRead,
  streamTrailVerification: callersRead,
});

/** What consumers make of the events is theirs to audit; all trails are open to them. */
const consumersRead = { callers: 'none', services: ['notification-service', 'usage-service'], ...read, audited: false } as const;

export const trailFeedService = describeService(TrailFeedServiceService, 'cloudtrail.amazonaws.com', {
  listTrailHeads: consumersRead,
  followTrails: consumersRead,
});
