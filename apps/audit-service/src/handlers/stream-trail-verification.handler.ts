import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  StreamTrailVerificationRequest,
  StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { serverStream } from '@strongroom/grpc-kit';
import type { Within } from '../domain/trail.port';
import { requireAccess, requireStill, type Dependencies, type TrailCall } from './dependencies';
import { findingMessage, verificationMessage } from './verify-trail.handler';

const action = 'cloudtrail:ValidateLogs';
/** The time for one read of the database. Milliseconds. */
const readTimeout = 60_000;

export const streamTrailVerification = ({ verifier, catchUp, turns, tokens, access, principals }: Dependencies) =>
  serverStream<StreamTrailVerificationRequest, StreamTrailVerificationResponse, Caller>(async function* ({ resumeToken }, call) {
    const accountId = requireAccess(access, call, action);
    const within = withinOf(call);
    const after = resumeToken === '' ? undefined : await tokens.parse(accountId, resumeToken, within);
    const audit = auditOf(call);
    audit.parameter('fromSequence', after && after.sequence + 1);
    const place = turns.enter(accountId);
    try {
      await audit.commit();
      await catchUp.now(call.deadline);
      const progresses = place.inTurns(verifier.verifyOn(accountId, after, within));
      for await (const { checkpoint, result, ...progress } of progresses) {
        await requireStill({ access, principals }, call, action);
        yield {
          eventsVerified: BigInt(progress.eventsVerified),
          sequence: BigInt(progress.sequence),
          endSequence: BigInt(progress.endSequence),
          findings: progress.findings.map(findingMessage),
          resumeToken: checkpoint ? await tokens.make(checkpoint) : '',
          result: result && verificationMessage(result),
        };
      }
    } finally {
      place.leave();
    }
  });

/** The whole may take as long as its caller wants; each read of the database may not. */
const withinOf = ({ deadline, signal }: TrailCall): Within => ({
  get deadline() {
    return Math.min(deadline, Date.now() + readTimeout);
  },
  signal,
});
