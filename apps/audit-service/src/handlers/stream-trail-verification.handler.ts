import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  StreamTrailVerificationRequest,
  StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { limitExceeded } from '@strongroom/errors';
import { serverStream } from '@strongroom/grpc-kit';
import type { Within } from '../domain/trail.port';
import { requireAccess, requireStill, type Dependencies, type TrailCall } from './dependencies';
import { findingMessage, verificationMessage } from './verify-trail.handler';

const action = 'cloudtrail:ValidateLogs';
/** Verifications at a time; each has work for a core or more, and calls and the trail's writer come first. */
export const maxVerifications = 2;
/** For one look at the database. Milliseconds. */
const readTimeout = 60_000;

export const streamTrailVerification = ({ verifier, tokens, access, principals }: Dependencies) => {
  const running = new Set<string>();

  const begin = (accountId: string): void => {
    if (running.has(accountId)) throw limitExceeded('The trail of this account is being verified already.');
    if (running.size >= maxVerifications) throw limitExceeded(`${maxVerifications} trails are being verified: try again later.`);
    running.add(accountId);
  };

  return serverStream<StreamTrailVerificationRequest, StreamTrailVerificationResponse, Caller>(async function* (
    { resumeToken },
    call,
  ) {
    const accountId = requireAccess(access, call, action);
    const within = withinOf(call);
    const after = resumeToken === '' ? undefined : await tokens.parse(accountId, resumeToken, within);
    const audit = auditOf(call);
    audit.parameter('fromSequence', after && after.sequence + 1);
    begin(accountId);
    try {
      await audit.commit();
      for await (const { checkpoint, result, ...progress } of verifier.verifyOn(accountId, after, within)) {
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
      running.delete(accountId);
    }
  });
};

/** The whole may take as long as its caller likes; each look at the database may not. */
const withinOf = ({ deadline, signal }: TrailCall): Within => ({
  get deadline() {
    return Math.min(deadline, Date.now() + readTimeout);
  },
  signal,
});
