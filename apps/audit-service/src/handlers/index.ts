import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { auditService, trailFeedService } from '@strongroom/methods';
import { getCheckpoint, getConsistencyProof, listCheckpointKeys } from './checkpoint.handlers';
import type { Dependencies } from './dependencies';
import { getInclusionProof } from './get-inclusion-proof.handler';
import { lookupEvents } from './lookup-events.handler';
import { streamEvents } from './stream-events.handler';
import { streamTrailVerification } from './stream-trail-verification.handler';
import { followTrails, listTrailHeads } from './trail-feed.handlers';
import { verifyTrail } from './verify-trail.handler';

/** By method name as the contract has it. */
export const trailHandlers = (dependencies: Dependencies) =>
  served<typeof auditService, Caller>(auditService, {
    lookupEvents: lookupEvents(dependencies),
    streamEvents: streamEvents(dependencies),
    streamTrailVerification: streamTrailVerification(dependencies),
    verifyTrail: verifyTrail(dependencies),
    getCheckpoint: getCheckpoint(dependencies),
    getInclusionProof: getInclusionProof(dependencies),
    getConsistencyProof: getConsistencyProof(dependencies),
    listCheckpointKeys: listCheckpointKeys(dependencies),
  });

/** For the services that make something of the events. */
export const trailFeedHandlers = (dependencies: Dependencies) =>
  served<typeof trailFeedService, Caller>(trailFeedService, {
    followTrails: followTrails(dependencies),
    listTrailHeads: listTrailHeads(dependencies),
  });
